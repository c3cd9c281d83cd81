//! Retries as they are written by hand. Each of the first tries again.

async fn while_some_are_left(client: &BankServiceClient) -> Result<(), CallError> {
    let mut attempts = 0;
    loop {
        match client.transfer(Decimal::ONE).await {
            Ok(()) => return Ok(()),
            Err(error) => {
                attempts += 1;
                if attempts < 3 {
                    sleep(PAUSE).await;
                    continue;
                }
                return Err(error);
            }
        }
    }
}

async fn only_what_passes(client: &BankServiceClient) -> Result<(), CallError> {
    let mut left = 3;
    loop {
        match client.transfer(Decimal::ONE).await {
            Err(CallError::Timeout { .. }) if left > 0 => left -= 1,
            outcome => return outcome,
        }
    }
}

async fn until_it_matches(client: &BankServiceClient) -> Result<(), CallError> {
    let mut left = 3;
    loop {
        let outcome = client.transfer(Decimal::ONE).await;
        if left == 0 || !matches!(outcome, Err(CallError::Timeout { .. })) {
            return outcome;
        }
        left -= 1;
    }
}

async fn by_its_status(http: &Client) -> reqwest::Result<()> {
    for _ in 0..3 {
        let answer = http.request(Method::POST, TRANSFERS).send().await?;
        if answer.status().is_server_error() {
            sleep(PAUSE).await;
            continue;
        }
        break;
    }
    Ok(())
}

async fn while_its_status_is_bad(callee: &Callee) -> Result<(), CallError> {
    let mut answer = callee.post("/transfers", &ONE).await?;
    while answer.status.is_server_error() {
        answer = callee.post("/transfers", &ONE).await?;
    }
    answer.ok()
}

async fn by_a_helper(client: &BankServiceClient) -> Result<(), CallError> {
    let send = || async { client.transfer(Decimal::ONE).await };
    with_retries(3, send).await
}

async fn by_a_closure(client: &BankServiceClient) -> Result<(), CallError> {
    let send = || client.transfer(Decimal::ONE);
    for _ in 0..3 {
        if send().await.is_ok() {
            break;
        }
    }
    Ok(())
}

async fn whichever_it_is(payment: &Means) -> Result<(), CallError> {
    while payment.charge(Decimal::ONE).await.is_err() {}
    Ok(())
}

/// None of these does.
async fn once(client: &BankServiceClient, http: &Client) -> Result<(), CallError> {
    let outcome = client.transfer(Decimal::ONE).await;
    let soon = retry_after(client.transfer(Decimal::ONE).await);
    Retries::observe(client.transfer(Decimal::ONE).await.is_err());
    without_retry(|| client.transfer(Decimal::ONE)).await?;
    for pause in pauses() {
        client.transfer(pause.fee).await?;
    }
    loop {
        match client.transfer(Decimal::ONE).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_final() => return Err(error),
            Err(error) => bail!(error),
        }
    }
    for _ in 0..3 {
        let sent = http.post(TRANSFERS).header(IDEMPOTENCY_KEY, &key).send().await;
        if sent.is_ok() {
            break;
        }
    }
    let send = || client.transfer(Decimal::ONE);
    loop {
        send().await?;
        return outcome;
    }
}
