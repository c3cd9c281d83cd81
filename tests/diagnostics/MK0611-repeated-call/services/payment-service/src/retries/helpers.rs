//! Only tests use it.

async fn until_it_is_there(client: &BankServiceClient) {
    while client.transfer(Decimal::ONE).await.is_err() {}
}
