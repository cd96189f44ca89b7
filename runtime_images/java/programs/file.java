import java.nio.file.*;
import java.util.*;

public class HelloWorld {
    public static void main(String[] args) throws Exception {
        System.out.print(Files.readString(Path.of("data.txt")));
    }
}
