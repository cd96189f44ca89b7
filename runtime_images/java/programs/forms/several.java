class Helper {
    public static void main(String[] args) {
        System.out.println("helper");
    }
}

public class Überklasse {
    public static void main(String[] args) {
        System.out.println("ok");
    }
}
