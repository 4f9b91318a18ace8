package org.rft4j.examples;

/** Placeholder of the engine demonstration. */
public final class EngineDemo {
    private EngineDemo() {}

    /**
     * Prints one line.
     *
     * @param args unused
     */
    public static void main(String[] args) {
        System.out.println("the engine demonstration comes here");
    }
}
