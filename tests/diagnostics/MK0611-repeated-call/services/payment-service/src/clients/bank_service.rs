impl BankServiceClient {
    pub async fn find_transfer(&self, id: Uuid) -> Result<Option<TransferView>, CallError> {
        self.callee.get(&format!("/transfers/{id}")).await?.found()
    }

    pub async fn transfer(&self, amount: Decimal) -> Result<(), CallError> {
        self.callee.post("/transfers", &Transfer { amount }).await?.ok()
    }

    pub async fn correct(&self, id: Uuid, amount: Decimal) -> Result<(), CallError> {
        let path = format!("/transfers/{id}");
        self.callee.patch(&path, &Transfer { amount }).await?.ok()
    }

    pub async fn set(&self, id: Uuid, amount: Decimal) -> Result<(), CallError> {
        let path = format!("/transfers/{id}");
        self.callee.put(&path, &Transfer { amount }).await?.ok()
    }

    pub async fn insist(&self, amount: Decimal) -> Result<(), CallError> {
        loop {
            let answer = self.callee.post("/transfers", &Transfer { amount }).await;
            if answer.is_ok() {
                return Ok(());
            }
        }
    }
}
