package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NotebookTest {
    private static final View VIEW = new View("<b>1</b>", "one");
    private static final NotebookKernel ABSENT = NotebookKernel.typeFirst("org.example.NoSuchKernel");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @BeforeEach
    void forget() {
        TypeFirst.SHOWN.clear();
        ValueFirst.SHOWN.clear();
    }

    /** As rapaio-jupyter-kernel has it. */
    public static final class TypeFirst {
        static final List<String> SHOWN = new ArrayList<>();

        /** Never made. */
        private TypeFirst() {}

        /**
         * Shows a value.
         *
         * @param type its type
         * @param value what is shown
         * @return a name
         */
        public static String display(String type, Object value) {
            if (value.equals("bad")) {
                throw new IllegalArgumentException("as expected");
            }
            SHOWN.add(type + " " + value);
            return "id";
        }
    }

    /** As JJava has it. */
    public static final class ValueFirst {
        static final List<String> SHOWN = new ArrayList<>();

        /** Never made. */
        private ValueFirst() {}

        /**
         * Shows a value.
         *
         * @param value what is shown
         * @param types its types
         * @return a name
         */
        public static String display(Object value, String... types) {
            SHOWN.add(List.of(types) + " " + value);
            return "id";
        }
    }

    @Test
    void asksTheKernelThatThereIs() {
        Notebook.of(out, List.of(ABSENT, NotebookKernel.typeFirst(TypeFirst.class.getName())))
                .show(VIEW);
        Notebook.of(out, List.of(NotebookKernel.valueFirst(ValueFirst.class.getName())))
                .show(VIEW);

        assertThat(TypeFirst.SHOWN).containsExactly("text/html <b>1</b>");
        assertThat(ValueFirst.SHOWN).containsExactly("[text/html] <b>1</b>");
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aClassWithoutTheFunctionIsNoKernel() {
        Notebook.of(out, List.of(NotebookKernel.valueFirst(TypeFirst.class.getName())))
                .show(VIEW);

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("one");
    }

    @Test
    void printsWithoutAKernel() {
        Notebook.open(out).show(VIEW);

        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("one");
    }

    @Test
    void aKernelThatFailsIsNamed() {
        Notebook notebook = Notebook.of(out, List.of(NotebookKernel.typeFirst(TypeFirst.class.getName())));

        assertThatThrownBy(() -> notebook.show(new View("bad", "")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("display(java.lang.String,java.lang.Object) failed")
                .hasRootCauseMessage("as expected");
    }
}
