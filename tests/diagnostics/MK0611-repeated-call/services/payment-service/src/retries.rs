async fn three_times(app: &App, amount: Decimal) -> anyhow::Result<()> {
    for _attempt in (0..3).rev() {
        if app.clients.bank_service.transfer(amount).await.is_ok() {
            return Ok(());
        }
    }
    let mut tries = 0;
    while tries < 3 {
        tries += 1;
        app.clients.bank_service.correct(Uuid::nil(), amount).await.ok();
    }
    let client = &app.clients.bank_service;
    retry(policy(), || async { client.transfer(amount).await }).await?;
    (|| client.transfer(amount)).retry_with(policy()).await
}

async fn each_is_another_one(app: &App, amounts: Vec<Decimal>) -> anyhow::Result<()> {
    for amount in &amounts {
        app.clients.bank_service.transfer(*amount).await?;
    }
    for month in 1..=12 {
        app.clients.bank_service.transfer(Decimal::from(month)).await?;
    }
    while let Some(amount) = amounts.pop() {
        app.clients.bank_service.transfer(amount).await?;
    }
    loop {
        let amount = app.next().await;
        app.clients.bank_service.transfer(amount).await?;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_is_tried_again() {
        loop {
            client.transfer(Decimal::ONE);
            break;
        }
    }
}
