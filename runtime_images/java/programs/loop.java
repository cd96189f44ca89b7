import java.nio.file.*;
import java.util.*;

public class Main {
    public static void main(String[] args) throws Exception {
        for (long i = 0; ; i++) {
        }
    }
}
