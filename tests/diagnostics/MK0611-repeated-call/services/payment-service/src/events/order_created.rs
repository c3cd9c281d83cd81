impl Handle<OrderCreated> for App {
    async fn handle(
        &self,
        event: OrderCreated,
        transaction: &DatabaseTransaction,
    ) -> anyhow::Result<()> {
        // What may be repeated is none of its business.
        self.clients.bank_service.set(event.order_id, event.total).await?;
        self.clients.bank_service.find_transfer(event.order_id).await?;
        self.settle(event.total).await
    }
}

impl App {
    async fn settle(&self, amount: Decimal) -> anyhow::Result<()> {
        Ok(self.clients.bank_service.transfer(amount).await?)
    }

    /// Any one of these may be tried again by whoever asked.
    pub async fn correct(&self, id: Uuid, amount: Decimal) -> Result<(), CallError> {
        self.clients.bank_service.correct(id, amount).await
    }
}
