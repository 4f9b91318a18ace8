package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The slabs of a session: finds places for rows, and gives memory back. */
final class Slabs {
    /** A slab is made smaller when more than this share of its rows is empty. */
    private static final int SPARE_SHARE = 8;

    private final Decoder decoder;
    private final NDManager manager;
    private final List<Slab> all = new ArrayList<>();

    Slabs(Decoder decoder, NDManager manager) {
        this.decoder = decoder;
        this.manager = manager;
    }

    private record Kind(@Nullable Prefix prefix, int places) {}

    List<Slab> all() {
        return all;
    }

    /** Makes sure that each row has the places that it needs, a multiple of the block. */
    void make(Map<DecodeRow, Integer> placesNeeded) {
        Map<Kind, List<DecodeRow>> homeless = new LinkedHashMap<>();
        placesNeeded.forEach((row, places) -> {
            Slab slab = row.slab();
            if (slab == null || slab.places() < places) {
                homeless.computeIfAbsent(new Kind(row.shared(), places), kind -> new ArrayList<>())
                        .add(row);
            }
        });
        homeless.forEach(this::house);
        tidy();
    }

    private void house(Kind kind, List<DecodeRow> rows) {
        Slab target = find(kind);
        Slab common = rows.get(0).slab();
        if (target == null
                && common != null
                && common.rows().size() == rows.size()
                && rows.stream().allMatch(row -> row.slab() == common)) {
            common.resize(rows.size(), kind.places());
            return;
        }
        if (target == null) {
            target = Slab.empty(decoder, kind.prefix(), rows.size(), kind.places(), manager);
            all.add(target);
        } else if (target.slots() < target.rows().size() + rows.size()) {
            target.resize(target.rows().size() + rows.size(), kind.places());
        }
        rows.forEach(target::add);
    }

    private @Nullable Slab find(Kind kind) {
        for (Slab slab : all) {
            if (slab.prefix() == kind.prefix() && slab.places() == kind.places()) {
                return slab;
            }
        }
        return null;
    }

    /** Frees empty slabs and what is much too large; a row that has just ended leaves its place to the next one. */
    void tidy() {
        all.removeIf(slab -> {
            if (slab.rows().isEmpty()) {
                slab.close();
            }
            return slab.rows().isEmpty();
        });
        for (Slab slab : all) {
            int rows = slab.rows().size();
            if (slab.slots() - rows > rows / SPARE_SHARE) {
                slab.resize(rows, slab.places());
            }
        }
    }

    /** Brings the given rows to the first slots of their slabs. Returns how many each slab has of them. */
    long[] bringForward(Set<DecodeRow> rows) {
        long[] counts = new long[all.size()];
        for (int s = 0; s < counts.length; s++) {
            Slab slab = all.get(s);
            int first = 0;
            for (int slot = 0; slot < slab.rows().size(); slot++) {
                if (rows.contains(slab.rows().get(slot))) {
                    slab.swap(first, slot);
                    first++;
                }
            }
            counts[s] = first;
        }
        return counts;
    }
}
