public class Main {
    public static void main(String[] args) {
        if (new Square(3).area() == 9) {
            System.out.println(Greeting.TEXT + " ok");
        }
    }
}
