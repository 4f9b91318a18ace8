package org.rft4j.core.report;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A kernel's static function {@code display}, by name.
 *
 * @param className the class that it is in
 * @param parameters what it takes
 * @param arguments how HTML is given to it
 */
record NotebookKernel(String className, List<Class<?>> parameters, Function<String, Object[]> arguments) {
    private static final String HTML = "text/html";

    /** The kernels that are known. */
    static final List<NotebookKernel> KNOWN = List.of(
            typeFirst("org.rapaio.jupyter.kernel.global.Global"),
            valueFirst("org.dflib.jjava.jupyter.kernel.BaseNotebookStatics"));

    /** {@code display("text/html", html)}. */
    static NotebookKernel typeFirst(String className) {
        return new NotebookKernel(className, List.of(String.class, Object.class), html -> new Object[] {HTML, html});
    }

    /** {@code display(html, "text/html")}. */
    static NotebookKernel valueFirst(String className) {
        return new NotebookKernel(
                className, List.of(Object.class, String[].class), html -> new Object[] {html, new String[] {HTML}});
    }

    /** The function, if this program is run by the kernel: its classes are then seen from here or from the thread. */
    Optional<Method> function() {
        return Stream.of(
                        NotebookKernel.class.getClassLoader(),
                        Thread.currentThread().getContextClassLoader())
                .flatMap(loader -> function(loader).stream())
                .findFirst();
    }

    private Optional<Method> function(ClassLoader loader) {
        try {
            Class<?> statics = Class.forName(className, true, loader);
            return Optional.of(statics.getMethod("display", parameters.toArray(Class<?>[]::new)));
        } catch (ClassNotFoundException | NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    /** Shows a piece of a page. */
    void display(Method function, String html) {
        try {
            function.invoke(null, arguments.apply(html));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(function + " cannot be called", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(function + " failed", e.getCause());
        }
    }
}
