package org.rft4j.core.jinja;

import java.util.Locale;

/** Upper and lower case, and other properties of characters, as Python sees them. */
final class Cases {
    private Cases() {}

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int second = text.offsetByCodePoints(0, 1);
        return titled(text.substring(0, second)) + text.substring(second).toLowerCase(Locale.ROOT);
    }

    private static String titled(String character) {
        int title = Character.toTitleCase(character.codePointAt(0));
        String upper = character.toUpperCase(Locale.ROOT);
        if (upper.codePointCount(0, upper.length()) == 1) {
            return Character.toString(title);
        }
        int letter = 0;
        while (letter < upper.length() && !isCased(upper.charAt(letter))) {
            letter++;
        }
        int rest = Math.min(letter + 1, upper.length());
        return upper.substring(0, rest) + upper.substring(rest).toLowerCase(Locale.ROOT);
    }

    private static boolean isCased(int c) {
        return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }

    static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean inside = false;
        for (int c : text.codePoints().toArray()) {
            String character = Character.toString(c);
            out.append(inside ? character.toLowerCase(Locale.ROOT) : titled(character));
            inside = isCased(c);
        }
        return out.toString();
    }

    /** Whether capitals stand where words begin, and only there. */
    static boolean isTitle(String text) {
        boolean inside = false;
        boolean any = false;
        for (int c : text.codePoints().toArray()) {
            boolean capital = Character.isUpperCase(c) || Character.isTitleCase(c);
            if (isCased(c) && capital == inside) {
                return false;
            }
            inside = isCased(c);
            any |= inside;
        }
        return any;
    }

    static String swap(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            String character = Character.toString(c);
            out.append(
                    Character.isUpperCase(c) ? character.toLowerCase(Locale.ROOT) : character.toUpperCase(Locale.ROOT));
        });
        return out.toString();
    }

    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Character::isUpperCase)
                && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    static boolean isLower(String text) {
        return text.codePoints().anyMatch(Character::isLowerCase)
                && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    /** Digits include raised, lowered and circled ones. */
    static boolean isDigit(int c) {
        boolean raised = c == 0xb2 || c == 0xb3 || c == 0xb9 || c == 0x2070 || (c >= 0x2074 && c <= 0x2079);
        boolean lowered = c >= 0x2080 && c <= 0x2089;
        boolean circled = c == 0x24ea || (c >= 0x2460 && c <= 0x2468);
        return Character.isDigit(c) || raised || lowered || circled;
    }

    static boolean isNumeric(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    static String expandTabs(String text, long size, Budget budget) {
        StringBuilder out = new StringBuilder();
        long column = 0;
        for (int c : text.codePoints().toArray()) {
            if (c == '\t') {
                long blanks = size > 0 ? size - column % size : 0;
                budget.value(out.length() + blanks);
                out.append(" ".repeat((int) blanks));
                column += blanks;
            } else {
                out.appendCodePoint(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return out.toString();
    }
}
