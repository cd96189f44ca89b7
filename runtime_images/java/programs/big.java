import java.nio.file.*;
import java.util.*;

public class Main {
    public static void main(String[] args) throws Exception {
        for (int i = 0; i < 16384; i++) {
            System.out.println("x".repeat(63));
        }
    }
}
