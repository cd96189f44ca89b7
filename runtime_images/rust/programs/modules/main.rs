mod greeting;
mod shapes;

fn main() {
    if (shapes::Square { side: 3 }).area() == 9 {
        println!("{} ok", greeting::TEXT);
    }
}
