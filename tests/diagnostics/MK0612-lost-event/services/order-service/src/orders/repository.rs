impl OrderRepository {
    /// Each of these drops a failure.
    async fn careless(&self, transaction: &DatabaseTransaction, event: &OrderCreated) {
        let _ = self.outbox.publish(transaction, event).await;
        self.outbox.publish(transaction, event).await.ok();
        let outbox = &self.outbox;
        outbox.publish(transaction, event).await.unwrap_or_else(|error| warn!("{error}"));
        if let Err(error) = outbox.publish(transaction, event).await {
            tracing::warn!(%error, "accepted anyway");
        }
        let published = outbox.publish(transaction, event).await;
        match published {
            Ok(()) => info!("published"),
            Err(error) => {
                eprintln!("{error}");
            }
        }
        _ = outbox.publish(transaction, event).await;
        let _sent = outbox.publish(transaction, event).await;
        if let Ok(()) = outbox.publish(transaction, event).await {
            info!("published");
        }
        tokio::join!(outbox.publish(transaction, event), tell(event));
        let _ = self.channel.basic_publish("orders", "created", OPTIONS, &[], PROPERTIES).await;
    }

    /// Each of these says so, or does something about it.
    async fn careful(&self, transaction: DatabaseTransaction, event: &OrderCreated) -> Result<(), DbErr> {
        self.outbox.publish(&transaction, event).await?;
        let _ = self.outbox.publish(&transaction, event).await?;
        self.outbox.publish(&transaction, event).await.expect("the row fits");
        if let Err(error) = self.outbox.publish(&transaction, event).await {
            tracing::warn!(%error, "not accepted");
            return transaction.rollback().await;
        }
        if self.outbox.publish(&transaction, event).await.is_ok() {
            self.outbox.commit(transaction).await?;
        }
        match self.outbox.publish(&transaction, event).await {
            Ok(()) => self.outbox.commit(transaction).await?,
            Err(error) => warn!("{error}"),
        }
        let _ = self.article.publish().await;
        tokio::try_join!(self.outbox.publish(&transaction, event), tell(event))?;
        let (published, told) = tokio::join!(self.outbox.publish(&transaction, event), tell(event));
        published?;
        dbg!(self.outbox.publish(&transaction, event).await)?;
        anyhow::ensure!(self.outbox.publish(&transaction, event).await.is_ok(), "not accepted");
        assert!(self.outbox.publish(&transaction, event).await.is_ok());
        let sent = pin!(self.outbox.publish(&transaction, event));
        sent.await?;
        try_join_all(vec![self.outbox.publish(&transaction, event)]).await?;
        self.outbox.publish(&transaction, event).await
    }
}

#[cfg(test)]
mod tests {
    async fn it_is_tried(outbox: Outbox) {
        let _ = outbox.publish(transaction, event).await;
    }
}
