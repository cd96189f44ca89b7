import java.nio.file.*;
import java.util.*;

public class Main {
    public static void main(String[] args) throws Exception {
        System.out.println("looping");
        for (long i = 0; ; i++) {
        }
    }
}
