pub fn area(side: i32) i32 {
    return side * side;
}
