pub struct Square {
    pub side: i32,
}

impl Square {
    pub fn area(&self) -> i32 {
        self.side * self.side
    }
}
