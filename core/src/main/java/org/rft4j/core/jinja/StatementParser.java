package org.rft4j.core.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parses text and statements into a tree. */
final class StatementParser {
    private final TokenStream in;
    private final ExpressionParser expressions;
    private final TargetParser targets;
    private final Deque<String> openTags = new ArrayDeque<>();
    private final Deque<List<String>> ends = new ArrayDeque<>();

    /** Loops around this place, up to the next macro; what leaves a loop cannot leave a macro. */
    private int leavable;

    private boolean generation;

    private StatementParser(String source) {
        in = new TokenStream(source);
        expressions = new ExpressionParser(in);
        targets = new TargetParser(in, expressions);
    }

    /** What a template consists of. */
    record Parsed(List<Statement> body, boolean generation) {}

    static Parsed parse(String source) {
        StatementParser parser = new StatementParser(source);
        List<Statement> body = parser.statements(List.of());
        parser.expressions.throwDeferred();
        return new Parsed(body, parser.generation);
    }

    /** Statements up to one of the end tags, which is left in the stream. */
    private List<Statement> statements(List<String> endTags) {
        List<Statement> body = new ArrayList<>();
        while (!in.at(Token.Type.EOF)) {
            int offset = in.current().offset();
            if (in.at(Token.Type.DATA)) {
                body.add(new Statements.Text(in.next().text(), offset));
            } else if (in.at(Token.Type.VARIABLE_BEGIN)) {
                in.next();
                body.add(new Statements.Print(List.of(expressions.tuple(true, false)), offset));
                in.expect(Token.Type.VARIABLE_END);
            } else {
                in.next();
                if (in.at(Token.Type.NAME) && endTags.contains(in.current().text())) {
                    return body;
                }
                body.add(in.nested(this::statement));
                in.expect(Token.Type.BLOCK_END);
            }
        }
        return body;
    }

    /** The body of the current tag, after which the end tag is the current token. */
    private List<Statement> body(String... endTags) {
        in.skipOperator(":");
        in.expect(Token.Type.BLOCK_END);
        ends.push(List.of(endTags));
        List<Statement> body = statements(List.of(endTags));
        if (in.at(Token.Type.EOF)) {
            throw unknown(null);
        }
        ends.pop();
        return body;
    }

    private List<Statement> bodyTo(String endTag) {
        List<Statement> body = body(endTag);
        in.next();
        return body;
    }

    private Statement statement() {
        if (!in.at(Token.Type.NAME)) {
            throw in.fail("tag name expected");
        }
        Token tag = in.current();
        openTags.push(tag.text());
        Statement statement = statement(tag);
        openTags.pop();
        return statement;
    }

    private Statement statement(Token tag) {
        return switch (tag.text()) {
            case "for" -> forLoop();
            case "if" -> branches();
            case "set" -> strict(this::set);
            case "with" -> strict(this::with);
            case "macro" -> strict(this::macro);
            case "call" -> strict(this::callBlock);
            case "filter" -> strict(this::filterBlock);
            case "print" -> print();
            case "block" -> strict(this::block);
            case "generation" -> strict(this::generation);
            case "break", "continue" -> leave();
            case "autoescape" -> strict(this::autoescape);
            case "include", "import", "extends", "from" -> otherTemplate();
            default -> {
                openTags.pop();
                throw unknown(tag);
            }
        };
    }

    private <T> T strict(Supplier<T> parse) {
        return expressions.with(expressions.lenient() && in.current().isName("set"), parse);
    }

    private JinjaError unknown(@Nullable Token tag) {
        StringBuilder message = new StringBuilder(
                tag == null
                        ? "Unexpected end of template."
                        : "Encountered unknown tag " + Repr.quote(tag.text()) + ".");
        if (!ends.isEmpty()) {
            String wanted = ends.peek().stream().map(Repr::quote).collect(Collectors.joining(" or "));
            boolean misplaced = tag != null && ends.stream().anyMatch(tags -> tags.contains(tag.text()));
            message.append(
                    misplaced
                            ? " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for "
                            : " Jinja was looking for the following tags: ");
            message.append(wanted).append('.');
        }
        if (!openTags.isEmpty()) {
            message.append(" The innermost block that needs to be closed is ")
                    .append(Repr.quote(openTags.peek()))
                    .append('.');
        }
        return JinjaError.syntax(message.toString(), tag == null ? in.current().offset() : tag.offset());
    }

    private Statement forLoop() {
        int offset = in.next().offset();
        targets.enterLoop();
        Target target = targets.target(false);
        in.expectName("in");
        Expr items = expressions.tuple(false, false);
        Expr test = in.skipName("if") ? expressions.expression() : null;
        boolean recursive = in.skipName("recursive");
        return expressions.with(false, () -> {
            leavable++;
            List<Statement> each = body("endfor", "else");
            leavable--;
            List<Statement> otherwise = in.next().isName("endfor") ? List.of() : bodyTo("endfor");
            targets.leaveLoop();
            return new Statements.For(target, items, test, new Statements.For.Body(each, otherwise, recursive), offset);
        });
    }

    private Statement branches() {
        int offset = in.next().offset();
        return expressions.with(true, () -> {
            List<Statements.Branch> branches = new ArrayList<>();
            while (true) {
                Expr test = expressions.tuple(false, false);
                branches.add(new Statements.Branch(test, body("elif", "else", "endif")));
                Token end = in.next();
                if (!end.isName("elif")) {
                    List<Statement> otherwise = end.isName("else") ? bodyTo("endif") : List.of();
                    return new Statements.If(branches, otherwise, offset);
                }
            }
        });
    }

    private Statement set() {
        int offset = in.next().offset();
        Target target = targets.target(true);
        if (in.skipOperator("=")) {
            return new Statements.Set(target, expressions.tuple(true, false), offset);
        }
        Expr value = expressions.filterChain(new Expressions.Captured(offset), false);
        return new Statements.SetBlock(target, value, expressions.with(false, () -> bodyTo("endset")), offset);
    }

    private Statement with() {
        int offset = in.next().offset();
        List<Target> names = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!in.at(Token.Type.BLOCK_END)) {
            if (!names.isEmpty()) {
                in.expectOperator(",");
            }
            names.add(targets.target(false));
            in.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Statements.With(names, values, bodyTo("endwith"), offset);
    }

    private Statement macro() {
        int offset = in.next().offset();
        String name = targets.name();
        TargetParser.Signature signature = targets.signature();
        return new Statements.DefineMacro(name, definition(name, signature, "endmacro"), offset);
    }

    private Macro.Definition definition(@Nullable String name, TargetParser.Signature signature, String endTag) {
        int outside = leavable;
        leavable = 0;
        List<Statement> body = new ArrayList<>();
        Set<String> names = expressions.namesIn(() -> body.addAll(bodyTo(endTag)));
        leavable = outside;
        Macro.Uses uses = new Macro.Uses(names.contains("caller"), names.contains("kwargs"), names.contains("varargs"));
        if (uses.caller() && signature.requires("caller")) {
            throw in.fail("When defining macros or call blocks the special \"caller\" argument must be omitted or be "
                    + "given a default.");
        }
        return new Macro.Definition(name, signature.parameters(), signature.defaults(), body, uses);
    }

    private Statement callBlock() {
        int offset = in.next().offset();
        TargetParser.Signature signature = in.atOperator("(") ? targets.signature() : TargetParser.Signature.EMPTY;
        Expr callee = expressions.expression();
        if (!(callee instanceof Expressions.Call call)) {
            throw JinjaError.syntax("expected call", offset);
        }
        return new Statements.CallBlock(call, definition(null, signature, "endcall"), offset);
    }

    private Statement filterBlock() {
        int offset = in.next().offset();
        Expr value = expressions.filterChain(new Expressions.Captured(offset), true);
        return new Statements.FilterBlock(value, bodyTo("endfilter"), offset);
    }

    private Statement print() {
        int offset = in.next().offset();
        List<Expr> values = new ArrayList<>();
        while (!in.at(Token.Type.BLOCK_END)) {
            if (!values.isEmpty()) {
                in.expectOperator(",");
            }
            values.add(expressions.expression());
        }
        return new Statements.Print(values, offset);
    }

    private Statement block() {
        int offset = in.next().offset();
        String name = in.expect(Token.Type.NAME).text();
        boolean scoped = in.skipName("scoped");
        if (in.atOperator("-")) {
            throw in.fail(
                    "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an "
                            + "underscore instead.");
        }
        if (in.current().isName("required")) {
            throw in.fail("required blocks need template inheritance, and a chat template stands alone");
        }
        List<Statement> body = bodyTo("endblock");
        in.skipName(name);
        return new Statements.Block(body, scoped, offset);
    }

    private Statement generation() {
        generation = true;
        int offset = in.next().offset();
        Macro.Definition body = definition(null, TargetParser.Signature.EMPTY, "endgeneration");
        return new Statements.Generation(body.body(), offset);
    }

    private Statement leave() {
        Token tag = in.next();
        if (leavable == 0) {
            boolean stop = tag.isName("break");
            String message = stop ? "'break' outside loop" : "'continue' not properly in loop";
            expressions.defer(JinjaError.syntax(message, tag.offset()));
        }
        return new Statements.Leave(tag.isName("break") ? Flow.BREAK : Flow.CONTINUE, tag.offset());
    }

    private Statement autoescape() {
        int offset = in.next().offset();
        boolean off =
                expressions.expression() instanceof Expressions.Constant constant && !Values.truth(constant.value());
        if (!off) {
            throw JinjaError.syntax("escaping HTML is for web pages; a chat template can only switch it off", offset);
        }
        return new Statements.With(List.of(), List.of(), bodyTo("endautoescape"), offset);
    }

    /** Skips the rest of the tag: where it leads does not exist. */
    private Statement otherTemplate() {
        Token tag = in.next();
        while (!in.at(Token.Type.BLOCK_END) && !in.at(Token.Type.EOF)) {
            in.next();
        }
        return new Statements.OtherTemplate(tag.text(), tag.offset());
    }
}
