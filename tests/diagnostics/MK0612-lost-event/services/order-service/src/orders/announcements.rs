//! Events that get lost in what else is done, and others that do not.

impl Announcements {
    async fn careless(&self, transaction: DatabaseTransaction, model: &Order, events: &[OrderCreated]) -> Result<(), DbErr> {
        let event = &events[0];
        if let Err(error) = self.outbox.publish(&transaction, event).await {
            let id = model.id;
            tracing::error!(%id, %error);
            metrics::counter!("lost").increment(1);
            self.failures.fetch_add(1, Ordering::Relaxed);
            sentry::capture_error(&error);
        }
        for event in events {
            if let Err(error) = self.outbox.publish(&transaction, event).await {
                warn!("{error}");
                continue;
            }
        }
        drop(self.outbox.publish(&transaction, event).await);
        let _ = tokio::time::timeout(PATIENCE, self.outbox.publish(&transaction, event)).await;
        let _ = self.channel.basic_publish("orders", "created", OPTIONS, &[], PROPERTIES).await?.await;
        let published = self.outbox.publish(&transaction, event).await;
        if let Err(error) = &published {
            error!(%error, ?published);
        }
        let Ok(()) = self.outbox.publish(&transaction, event).await else {
            warn!("accepted anyway");
            return Ok(());
        };
        let _ = self.outbox.commit(transaction).await;
        Ok(())
    }

    async fn careful(&self, transaction: DatabaseTransaction, event: &OrderCreated) -> Result<(), DbErr> {
        let published = self.outbox.publish(&transaction, event).await;
        if let Err(error) = &published {
            error!(%error);
        }
        published?;
        let _told = self.outbox.publish(&transaction, event).await;
        _told?;
        if let Err(error) = self.outbox.publish(&transaction, event).await {
            self.later.push(event.clone());
        }
        for _ in 0..3 {
            if let Err(error) = self.outbox.publish(&transaction, event).await {
                warn!("{error}");
                continue;
            }
            break;
        }
        for _ in 0..3 {
            match self.outbox.publish(&transaction, event).await {
                Ok(()) => return Ok(()),
                Err(error) => warn!("{error}"),
            }
        }
        Ok(())
    }
}
