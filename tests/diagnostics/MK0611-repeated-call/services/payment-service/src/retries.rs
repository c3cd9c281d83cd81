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
    for _ in 1..=5 {
        let Err(error) = app.clients.bank_service.transfer(amount).await else { break };
        warn!(%error);
    }
    loop {
        let Err(error) = app.clients.bank_service.transfer(amount).await else {
            return Ok(());
        };
        warn!(%error);
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

/// What differs each time round, also by a name made of it, is another thing.
async fn each_page(app: &App, items: Vec<Decimal>, queue: Queue) -> anyhow::Result<()> {
    let client = &app.clients.bank_service;
    for index in 0..items.len() {
        if client.transfer(items[index]).await.is_err() {
            return Err(anyhow!("not all"));
        }
    }
    for index in 0..items.len() {
        let item = items[index];
        let text = format!("{index}");
        match client.transfer(item).await {
            Ok(()) => break,
            Err(_) => client.correct(Uuid::nil(), text).await.ok(),
        };
    }
    let mut page = 0;
    while page < items.len() {
        client.transfer(items[page]).await?;
        page += 1;
    }
    while !queue.is_empty() {
        client.transfer(queue.dequeue()).await.ok();
    }
    Ok(())
}

/// A failure is the end of these.
async fn until_one_fails(app: &App, amount: Decimal, mut months: u32) -> anyhow::Result<()> {
    let client = &app.clients.bank_service;
    while months > 0 {
        months -= 1;
        client.transfer(amount).await.context("the rest is not paid")?;
        let Ok(()) = client.correct(Uuid::nil(), amount).await else {
            return Ok(());
        };
        let paid = timeout(SECOND, client.transfer(amount)).await;
        if !paid.is_ok() {
            break;
        }
        match client.transfer(amount).await {
            Ok(()) => continue,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// What ends these is not that it worked.
async fn on_and_on(app: &App, amount: Decimal, stop: Stop) {
    let client = &app.clients.bank_service;
    loop {
        tokio::select! {
            _ = stop.asked() => break,
            _ = sleep(SECOND) => {
                client.transfer(amount).await.ok();
            }
        }
    }
    while !stop.is_asked() {
        client.transfer(amount).await.ok();
    }
}

async fn until_it_works(app: &App, amount: Decimal) {
    let client = &app.clients.bank_service;
    while let Err(error) = client.transfer(amount).await {
        tracing::warn!(%error, "again");
    }
    let mut paid = false;
    while !paid {
        paid = client.transfer(amount).await.is_ok();
    }
}

async fn inside_of_macros(app: &App, amount: Decimal) {
    let client = &app.clients.bank_service;
    loop {
        tokio::select! {
            biased;
            paid = client.transfer(amount) => if paid.is_ok() { break },
            _ = sleep(SECOND), if amount > Decimal::ONE => {}
            else => {}
        }
    }
    for _ in 0..3 {
        let (paid, _) = tokio::join!(client.correct(Uuid::nil(), amount), sleep(SECOND));
        if paid.is_ok() {
            return;
        }
    }
}

impl Payer {
    /// It is its own loop.
    async fn pay(&self, amount: Decimal, left: u32) -> Result<(), CallError> {
        match self.clients.bank_service.transfer(amount).await {
            Err(_) if left > 0 => Box::pin(self.pay(amount, left - 1)).await,
            outcome => outcome,
        }
    }

    async fn pay_all(&self, amounts: &[Decimal]) -> Result<(), CallError> {
        let Some((first, others)) = amounts.split_first() else {
            return Ok(());
        };
        self.clients.bank_service.transfer(*first).await?;
        Box::pin(self.pay_all(others)).await
    }
}

/// Past the client.
async fn raw(http: &reqwest::Client, body: &Body) -> anyhow::Result<()> {
    while http.post(BANK).json(body).send().await.is_err() {
        sleep(SECOND).await;
    }
    for _ in 0..3 {
        if http.post(BANK).json(body).send().await.is_ok() {
            break;
        }
        if http.post(BANK).header("Idempotency-Key", body.id).send().await.is_ok() {
            break;
        }
        if http.put(BANK).json(body).send().await.is_ok() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod helpers;

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
