package org.rft4j.core.report;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;

/**
 * The page of a notebook, on which views are shown below the cell that is being run.
 *
 * <p>Kernels have no way in common to show HTML: rapaio-jupyter-kernel has {@code display(type, value)}, JJava has {@code display(value, type)},
 * and the value of a cell is taken for HTML by the one and for plain text by the other. So the function of the kernel is looked up by its
 * name, which needs no dependency and lets the cells of a notebook be the same in both; only what brings the classes differs. Where there is
 * no such kernel, in JShell or in a program, views are printed. To be used by the thread that runs the cell.
 */
public final class Notebook {
    private final PrintStream out;
    private final List<NotebookKernel> kernels;

    private Notebook(PrintStream out, List<NotebookKernel> kernels) {
        this.out = out;
        this.kernels = kernels;
    }

    /**
     * The notebook that this program is run by, if it is.
     *
     * @param out where views are printed if no kernel is found, usually {@code System.out}
     * @return the page
     */
    public static Notebook open(PrintStream out) {
        return of(out, NotebookKernel.KNOWN);
    }

    static Notebook of(PrintStream out, List<NotebookKernel> kernels) {
        return new Notebook(out, kernels);
    }

    /**
     * Shows a view below the cell.
     *
     * @param view what is to be seen
     */
    public void show(View view) {
        for (NotebookKernel kernel : kernels) {
            Optional<Method> function = kernel.function();
            if (function.isPresent()) {
                kernel.display(function.get(), view.html());
                return;
            }
        }
        out.println(view.text());
    }

    /**
     * Shows a picture below the cell.
     *
     * @param curve what is to be seen
     */
    public void show(LearningCurve curve) {
        show(curve.view());
    }
}
