package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rft4j.engine.Check;

/** The ids that the model's own files give to generation, and the tokenizer's where they give none. */
final class GenerationIds {
    private final TokenTable table;
    private final List<Source> sources;

    private record Source(String name, ObjectNode json) {}

    GenerationIds(TokenizerFiles files, TokenTable table) {
        this.table = table;
        sources = Stream.concat(
                        files
                                .json(TokenizerFiles.GENERATION_CONFIG)
                                .map(json -> new Source(TokenizerFiles.GENERATION_CONFIG, json))
                                .stream(),
                        files.modelConfig().map(json -> new Source(TokenizerFiles.MODEL_CONFIG, json)).stream())
                .toList();
    }

    SpecialTokens with(TokenRoles roles) {
        Optional<SpecialToken> bos = special(roles, TokenRoles.BOS);
        Optional<SpecialToken> eos = special(roles, TokenRoles.EOS);
        Optional<SpecialToken> pad = special(roles, TokenRoles.PAD);
        List<Long> eosIds = eosIds();
        return new SpecialTokens(
                bos,
                eos,
                pad,
                special(roles, TokenRoles.UNK),
                eosIds.isEmpty() ? eos.map(SpecialToken::id).stream().toList() : eosIds,
                one("bos_token_id").or(() -> bos.map(SpecialToken::id)),
                one("pad_token_id").or(() -> pad.map(SpecialToken::id)));
    }

    private Optional<SpecialToken> special(TokenRoles roles, String role) {
        return roles.of(role)
                .flatMap(token -> table.idOf(token.content()).map(id -> new SpecialToken(token.content(), id)));
    }

    /** A number, or a list of numbers. */
    private List<Long> eosIds() {
        for (Source source : sources) {
            JsonNode value = source.json().path("eos_token_id");
            List<Long> ids = new ArrayList<>();
            if (value.isArray()) {
                value.forEach(id -> ids.add(id.asLong()));
            } else if (value.isNumber()) {
                ids.add(value.asLong());
            }
            for (long id : ids) {
                Check.that(
                        table.contains(id),
                        "eos_token_id in " + source.name(),
                        id,
                        "must be an id of the tokenizer, whose ids are below " + table.size(),
                        "check that tokenizer and model belong together");
            }
            if (!ids.isEmpty()) {
                return ids;
            }
        }
        return List.of();
    }

    /** Some files say "none" with a number that is no id. */
    private Optional<Long> one(String field) {
        return sources.stream()
                .map(source -> source.json().path(field))
                .filter(value -> value.isNumber() && table.contains(value.asLong()))
                .map(JsonNode::asLong)
                .findFirst();
    }
}
