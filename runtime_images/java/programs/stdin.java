import java.nio.file.*;
import java.util.*;

public class Lines {
    public static void main(String[] args) throws Exception {
        Scanner scanner = new Scanner(System.in);
        while (scanner.hasNextLine()) {
            System.out.println("got " + scanner.nextLine());
        }
    }
}
