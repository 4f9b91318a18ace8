package org.rft4j.core.trainer;

/** Writes checkpoints. */
final class Keeper {
    private long newest = -1;

    private final RunState state;

    Keeper(RunState state) {
        this.state = state;
    }

    boolean write() {
        newest = state.step();
        return true;
    }

    long newest() {
        return newest;
    }

    boolean wanted() {
        return false;
    }
}
