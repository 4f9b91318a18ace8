package org.rft4j.engine.program;

import java.util.List;

/**
 * One function of a program resource, as its {@code def} line declares it.
 *
 * @param name the function's name
 * @param parameters its parameters in order
 * @param returns the declared return type, in TorchScript notation
 * @param line the line of its {@code def}, counted from 1
 */
record ProgramFunction(String name, List<Parameter> parameters, String returns, int line) {

    /**
     * A parameter.
     *
     * @param name its name
     * @param kind its type
     */
    record Parameter(String name, Kind kind) {}

    /** The parameter types a program function may have. */
    enum Kind {
        TENSOR("Tensor"),
        TENSOR_LIST("List[Tensor]"),
        OPTIONAL_TENSOR("Optional[Tensor]"),
        TENSOR_MAP("Dict[str, Tensor]"),
        TENSOR_MAP_LIST("List[Dict[str, Tensor]]"),
        INT("int"),
        FLOAT("float"),
        BOOL("bool"),
        TEXT("str"),
        INT_LIST("List[int]"),
        FLOAT_LIST("List[float]");

        private final String annotation;

        Kind(String annotation) {
            this.annotation = annotation;
        }

        String annotation() {
            return annotation;
        }

        /** The type in which Java passes the argument: DJL cannot build a None, so an optional travels as a list. */
        String wireAnnotation() {
            return this == OPTIONAL_TENSOR ? TENSOR_LIST.annotation : annotation;
        }
    }

    /** Names that start with an underscore are helpers inside the resource. */
    boolean isPublic() {
        return !name.startsWith("_");
    }
}
