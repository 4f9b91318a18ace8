import java.util.*; import java.util.function.*; import java.util.stream.*; /*imports*/ class Run { public static void main(String[] none) throws Throwable { String mark = new Scanner(System.in).nextLine(); test(); System.out.println("\n" + mark); }
static void check(boolean holds) { if (!holds) { throw new AssertionError("the check does not hold"); } }
static void checkEquals(Object expected, Object given) { if (!Objects.deepEquals(expected, given)) { throw new AssertionError("expected " + text(expected) + ", got " + text(given)); } }
static String text(Object value) { String all = Arrays.deepToString(new Object[] {value}); return all.substring(1, all.length() - 1); }
static void test() throws Throwable {
/*test*/
} }
/*answer*/
