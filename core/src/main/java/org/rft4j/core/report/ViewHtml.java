package org.rft4j.core.report;

/**
 * The styles of views. Each element has its own, because a style sheet in one cell of a notebook would reach all others; and all have a
 * ground and an ink of their own, because a notebook does not say whether it is dark.
 */
final class ViewHtml {
    /** More of a text is not shown. */
    static final int MOST_CHARACTERS = 3000;

    static final String OPEN =
            "<div style=\"background:#ffffff;color:#1b1f27;border:1px solid #e3e0da;border-radius:8px;padding:10px 14px;"
                    + "margin:2px 0;overflow-x:auto;font:13px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif\">";
    static final String CLOSE = "</div>";
    static final String TABLE = "border-collapse:collapse;border:none;margin:0;font-size:13px;color:#1b1f27";
    static final String ROW = "background:#ffffff";
    static final String HEAD =
            "padding:4px 18px 4px 0;color:#616a78;font-weight:600;border:none;border-bottom:1px solid #cfcac1;vertical-align:bottom";
    static final String CELL =
            "padding:4px 18px 4px 0;border:none;border-bottom:1px solid #edebe6;vertical-align:top;white-space:pre-wrap";
    static final String SOFT = "color:#616a78;font-size:12px";

    private ViewHtml() {}
}
