package org.rft4j.core.data.encode;

/** Where the answer begins if the tokens of prompt and answer together do not begin with those of the prompt alone. */
public enum Boundary {
    /**
     * Behind the tokens of the prompt, as the model is given them when it is asked: where tokens would merge across the border, the answer is
     * encoded as a text that stands behind another. A chat template that renders the prompt otherwise once it has been answered is an error.
     */
    PROMPT_KEPT,
    /** Where the tokens of both differ, as in TRL: the model is trained behind other tokens than it is given when it is asked. */
    WHERE_TOKENS_DIFFER
}
