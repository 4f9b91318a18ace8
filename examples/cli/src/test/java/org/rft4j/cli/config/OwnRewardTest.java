package org.rft4j.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.cli.TestRun;
import org.rft4j.cli.assembly.Assembly;
import org.rft4j.cli.bind.Document;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

/** Rewards by the names of their classes. */
class OwnRewardTest {
    private static final AtomicInteger STARTED = new AtomicInteger();

    private static final AtomicInteger MADE = new AtomicInteger();

    /** No reward; tells when it is initialised. */
    public static final class Bystander {
        static {
            STARTED.incrementAndGet();
        }
    }

    /** A reward whose class cannot be initialised. */
    public static final class Unlinked implements Reward {
        private static final int NUMBER = Integer.parseInt("none");

        @Override
        public String name() {
            return "unlinked" + NUMBER;
        }

        @Override
        public Score score(RewardSample sample) {
            return Score.of(true);
        }
    }

    /** A reward that lacks what is asked of one. */
    public abstract static class Unfinished implements Reward {}

    /** A reward that counts its instances. */
    public static final class Counted implements Reward {
        /** One more. */
        public Counted() {
            MADE.incrementAndGet();
        }

        @Override
        public String name() {
            return "counted";
        }

        @Override
        public Score score(RewardSample sample) {
            return Score.of(true);
        }
    }

    @Test
    void whatIsNoRewardIsNotInitialised() {
        String name = Bystander.class.getName();
        assertThatThrownBy(() -> OwnReward.of(name))
                .hasMessage(
                        "className was " + name + ", must implement org.rft4j.core.reward.Reward; implement it, with"
                                + " a public constructor without parameters");
        assertThat(STARTED).hasValue(0);
    }

    @Test
    void whatCannotBeLoadedIsRefused() {
        String name = Unlinked.class.getName();
        assertThatThrownBy(() -> OwnReward.of(name))
                .hasMessage("className was " + name + ", must be a class that can be loaded"
                        + " (java.lang.ExceptionInInitializerError); compile it for this Java, and add what it needs to"
                        + " -cp");
        String unfinished = Unfinished.class.getName();
        assertThatThrownBy(() -> OwnReward.of(unfinished))
                .hasMessage("className was " + unfinished + ", must be a public class with a public constructor without"
                        + " parameters; add one");
    }

    @Test
    void oneIsMadeForTheCheckAndOneForTheRun(@TempDir Path folder) {
        String yaml = TestRun.online("grpoTrl")
                        .replace(
                                "{type: keywords, required: [Lily]}",
                                "{type: class, className: '%s'}".formatted(Counted.class.getName()))
                + "evaluation: {data: {type: tasks, files: [FOLDER/tasks.jsonl]}}\n";
        Configuration configuration = Configurations.of(Document.of("run.yaml", new TestRun(folder).filled(yaml)));
        assertThat(MADE).hasValue(1);
        try (Assembly assembly = Assembly.open(configuration)) {
            assembly.trainer();
        }
        assertThat(MADE).hasValue(2);
    }
}
