import java.nio.file.*;
import java.util.*;

public class Main {
    public static void main(String[] args) throws Exception {
        Files.writeString(Path.of(System.getenv("ARTIFACTS_DIR"), "result.txt"), "made");
        System.out.println("ok");
    }
}
