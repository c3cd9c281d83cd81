#!/bin/sh
# Gives each service a role and a database of its own in the one server. Nobody but its owner may connect to it, so no
# service reads what another one stores. Run at every start, since a service may have come along; what is there stays,
# but for a password, which is set to what .env says.
set -eu
for name in $(env | sed -n 's/^PASSWORD_\([a-z0-9_]*\)=.*/\1/p' | sort); do
    PASSWORD=$(printenv "PASSWORD_$name")
    export PASSWORD
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set name="$name" <<'SQL'
\getenv password PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'name', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'name') \gexec
SQL
    echo "$name has its database"
done
psql --quiet --no-psqlrc --command 'REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC'
