package org.rft4j.rewards.logic;

import java.util.List;

/** A propositional formula. */
sealed interface Formula {
    /**
     * Its values in 64 rows of the truth table at once, a bit each. Bit i of a row's number is the value of the i-th variable; the
     * low six bits of the number are the place in the block.
     */
    long at(int block, List<String> variables);

    record Constant(boolean value) implements Formula {
        @Override
        public long at(int block, List<String> variables) {
            return value ? -1L : 0;
        }
    }

    record Variable(String name) implements Formula {
        private static final long[] WITHIN_BLOCK = {
            0xAAAAAAAAAAAAAAAAL, 0xCCCCCCCCCCCCCCCCL, 0xF0F0F0F0F0F0F0F0L,
            0xFF00FF00FF00FF00L, 0xFFFF0000FFFF0000L, 0xFFFFFFFF00000000L
        };

        @Override
        public long at(int block, List<String> variables) {
            int index = variables.indexOf(name);
            if (index < WITHIN_BLOCK.length) {
                return WITHIN_BLOCK[index];
            }
            return ((block >> (index - WITHIN_BLOCK.length)) & 1) == 1 ? -1L : 0;
        }
    }

    record Not(Formula operand) implements Formula {
        @Override
        public long at(int block, List<String> variables) {
            return ~operand.at(block, variables);
        }
    }

    /** What stands between two formulas, from the loosest to the tightest. */
    enum Connective {
        IFF,
        IMPLIES,
        OR,
        XOR,
        AND,
        NOR,
        NAND;

        long of(long left, long right) {
            return switch (this) {
                case IFF -> ~(left ^ right);
                case IMPLIES -> ~left | right;
                case OR -> left | right;
                case XOR -> left ^ right;
                case AND -> left & right;
                case NOR -> ~(left | right);
                case NAND -> ~(left & right);
            };
        }
    }

    record Binary(Connective connective, Formula left, Formula right) implements Formula {
        @Override
        public long at(int block, List<String> variables) {
            return connective.of(left.at(block, variables), right.at(block, variables));
        }
    }
}
