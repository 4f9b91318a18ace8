package org.rft4j.core.data.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.data.rows.Row;

/** What TRL makes of pairs whose prompt is implicit, and of pairs taken apart. */
class PreferenceGoldenTest {
    static Stream<Map<String, Object>> cases() throws IOException {
        try (var in = PreferenceGoldenTest.class.getResourceAsStream("/golden/data/preferences.json")) {
            return new ObjectMapper().readValue(in, new TypeReference<List<Map<String, Object>>>() {}).stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    @SuppressWarnings("unchecked")
    void asTrlDoes(Map<String, Object> golden) {
        Row row = new Row("g", 1, (Map<String, Object>) golden.get("given"));
        Map<String, Object> made = (Map<String, Object>) golden.get("made");
        Preference preference = RowMapping.asIs().preferences().read(row);
        assertThat(plain(preference.prompt())).isEqualTo(made.get("prompt"));
        assertThat(plain(preference.chosen())).isEqualTo(made.get("chosen"));
        assertThat(plain(preference.rejected())).isEqualTo(made.get("rejected"));
        List<Map<String, Object>> apart = (List<Map<String, Object>>) golden.get("unpaired");
        List<UnpairedPreference> unpaired = preference.unpaired();
        assertThat(unpaired).hasSameSizeAs(apart);
        for (int i = 0; i < apart.size(); i++) {
            assertThat(plain(unpaired.get(i).prompt())).isEqualTo(apart.get(i).get("prompt"));
            assertThat(plain(unpaired.get(i).completion()))
                    .isEqualTo(apart.get(i).get("completion"));
            assertThat(unpaired.get(i).label()).isEqualTo(apart.get(i).get("label"));
        }
        assertThat(unpaired).extracting(UnpairedPreference::id).containsExactly("g:1:chosen", "g:1:rejected");
    }

    /** Here TRL cuts the chosen text from behind: it looks for a space before the first character and finds the last one. */
    @Test
    void textsThatDifferAtOnceHaveNoPrompt() {
        Preference preference =
                RowMapping.asIs().preferences().read(new Row("g", 1, Map.of("chosen", "blue ", "rejected", "green")));
        assertThat(preference.prompt()).isEqualTo(Prompt.of(""));
        assertThat(preference.chosen()).isEqualTo(Answer.of("blue "));
        assertThat(preference.rejected()).isEqualTo(Answer.of("green"));
    }

    private static Object plain(Object part) {
        if (part instanceof Prompt.Text text) {
            return text.text();
        }
        if (part instanceof Answer.Text text) {
            return text.text();
        }
        List<ChatMessage> messages =
                part instanceof Prompt.Chat chat ? chat.conversation().messages() : ((Answer.Messages) part).messages();
        return messages.stream().map(ChatMessage::toMap).toList();
    }
}
