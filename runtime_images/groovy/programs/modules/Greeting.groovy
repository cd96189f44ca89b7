class Greeting {
    static final String TEXT = "modules"
}
