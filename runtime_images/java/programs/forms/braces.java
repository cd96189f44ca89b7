import java.util.ArrayDeque;
import java.util.Deque;

// class Nothing { void main(
class Brackets {
    /* a comment with a { */
    boolean balanced(String text) {
        Deque<Character> open = new ArrayDeque<>();
        for (char c : text.toCharArray()) {
            if (c == '(' || c == '{') {
                open.push(c);
            } else if (open.isEmpty() || open.pop() != (c == ')' ? '(' : '{')) {
                return false;
            }
        }
        return open.isEmpty();
    }
}

class Runner {
    public static void main(String[] args) {
        System.out.println(new Brackets().balanced("{()}") ? "ok" : """
            "no" }""");
    }
}
