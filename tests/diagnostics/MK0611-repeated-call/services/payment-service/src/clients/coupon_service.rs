impl CouponServiceClient {
    pub async fn charge(&self, amount: Decimal) -> Result<(), CallError> {
        self.callee.post("/coupons", &Charge { amount }).await?.ok()
    }
}
