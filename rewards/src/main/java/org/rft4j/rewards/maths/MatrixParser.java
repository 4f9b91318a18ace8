package org.rft4j.rewards.maths;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads matrices and determinants. */
final class MatrixParser {
    private static final Set<String> MATRICES =
            Set.of("pmatrix", "bmatrix", "Bmatrix", "matrix", "smallmatrix", "array");
    private static final int LARGEST_DETERMINANT = 5;

    private final TokenStream in;
    private final FormulaParser formulas;

    MatrixParser(TokenStream in, FormulaParser formulas) {
        this.in = in;
        this.formulas = formulas;
    }

    Expr matrix(String environment) {
        boolean determinant = environment.equals("vmatrix");
        if (!determinant && !MATRICES.contains(environment)) {
            throw new NotMaths("the environment " + environment);
        }
        if (environment.equals("array")) {
            skipColumns();
        }
        List<List<Expr>> rows = formulas.withoutBars(() -> rows(environment));
        if (!determinant) {
            return new Expr.Matrix(rows);
        }
        chargeCopies(rows);
        return determinant(rows);
    }

    private void skipColumns() {
        in.expectOperator("{");
        while (!in.acceptOperator("}")) {
            if (in.atEnd()) {
                throw new NotMaths("a brace is not closed");
            }
            in.next();
        }
    }

    private List<List<Expr>> rows(String environment) {
        List<List<Expr>> rows = new ArrayList<>();
        List<Expr> row = new ArrayList<>();
        while (true) {
            row.add(formulas.sum());
            if (in.acceptOperator("&")) {
                continue;
            }
            boolean more = in.acceptOperator("\\\\");
            rows.add(row);
            row = new ArrayList<>();
            if (in.acceptCommand("end " + environment)) {
                break;
            }
            if (!more) {
                throw new NotMaths("a matrix is not closed");
            }
        }
        int width = rows.get(0).size();
        if (rows.stream().anyMatch(r -> r.size() != width)) {
            throw new NotMaths("rows of a matrix differ in length");
        }
        return rows;
    }

    /** Each entry stands in as many terms as the rest has permutations: determinants within determinants grow fast. */
    private void chargeCopies(List<List<Expr>> rows) {
        long nodes =
                rows.stream().flatMap(List::stream).mapToLong(Expressions::size).sum();
        for (long i = 2; i < Math.min(rows.size(), LARGEST_DETERMINANT); i++) {
            nodes *= i;
        }
        in.budget().charge(nodes);
    }

    private static Expr determinant(List<List<Expr>> rows) {
        int size = rows.size();
        if (rows.get(0).size() != size) {
            throw new NotMaths("a determinant that is not square");
        }
        if (size > LARGEST_DETERMINANT) {
            throw new Undecidable("a determinant of more than " + LARGEST_DETERMINANT + " rows");
        }
        if (size == 1) {
            return rows.get(0).get(0);
        }
        List<Expr> terms = new ArrayList<>();
        for (int column = 0; column < size; column++) {
            int left = column;
            List<List<Expr>> minor = rows.subList(1, size).stream()
                    .map(row -> {
                        List<Expr> rest = new ArrayList<>(row);
                        rest.remove(left);
                        return rest;
                    })
                    .toList();
            Expr sign = Expr.number(column % 2 == 0 ? 1 : -1);
            terms.add(new Expr.Product(List.of(sign, rows.get(0).get(column), determinant(minor))));
        }
        return new Expr.Sum(terms);
    }
}
