impl CardServiceClient {
    pub async fn charge(&self, amount: Decimal) -> Result<(), CallError> {
        self.callee.post("/cards", &Charge { amount }).await?.ok()
    }
}
