// Whole rows on the host: what the CPU operators run, and what the tests compare the CUDA kernels with.
// Needs no PyTorch; Element is anything that converts to and from float.
#pragma once

#include <algorithm>
#include <cstdint>

#include "online_softmax.h"

namespace rft4j {

// Rows are summed in chunks that are then merged, so that the rounding error of a fp32 sum grows with the chunk, not with V.
constexpr int64_t kChunk = 256;
constexpr int kBlock = 16;

template <typename Element, typename ToZ>
OnlineSoftmax reduce_row(const Element* row, int64_t vocab, ToZ to_z) {
  OnlineSoftmax total = OnlineSoftmax::empty();
  for (int64_t start = 0; start < vocab; start += kChunk) {
    const int64_t end = std::min(vocab, start + kChunk);
    OnlineSoftmax part = OnlineSoftmax::empty();
    int64_t v = start;
    for (; v + kBlock <= end; v += kBlock) {
      float z[kBlock];
      for (int k = 0; k < kBlock; ++k) {
        z[k] = to_z(static_cast<float>(row[v + k]));
      }
      part.add(z);
    }
    for (; v < end; ++v) {
      const float z[1] = {to_z(static_cast<float>(row[v]))};
      part.add(z);
    }
    total.merge(part);
  }
  return total;
}

struct RowResult {
  float logp;
  float entropy;
  float lse;
};

template <bool kCapped, typename Element>
RowResult forward_row(const Element* row, int64_t vocab, int64_t id, const Shaping<kCapped>& shaping) {
  const OnlineSoftmax state = reduce_row(row, vocab, [&](float logit) { return shaping(logit).z; });
  return {state.log_prob(shaping(static_cast<float>(row[id])).z), state.entropy(), state.lse()};
}

template <bool kCapped, typename Element>
void backward_row(Element* row, int64_t vocab, int64_t id, const Shaping<kCapped>& shaping, const RowGradient& gradient) {
  for (int64_t v = 0; v < vocab; ++v) {
    const Shaped at = shaping(static_cast<float>(row[v]));
    const float selected = v == id ? gradient.grad_logp : 0.0f;
    row[v] = static_cast<Element>(at.slope * (selected + gradient.unselected(at.z)));
  }
}

struct RowSample {
  int64_t id;
  float logp;
};

// The first token whose inclusive cumulative weight exceeds uniform * total, over tokens with logit >= threshold.
// When rounding leaves the last cumulative weight at or under the target, the last token with any weight is taken;
// a row that keeps nothing gives id -1 and NaN.
template <typename Element>
RowSample sample_row(const Element* row, int64_t vocab, float threshold, float uniform) {
  const OnlineSoftmax kept =
      reduce_row(row, vocab, [&](float logit) { return logit >= threshold ? logit : -INFINITY; });
  const double target = static_cast<double>(uniform) * kept.sum;
  double cumulative = 0.0;
  int64_t id = -1;
  for (int64_t v = 0; v < vocab && !(cumulative > target); ++v) {
    const float logit = static_cast<float>(row[v]);
    const float weight = logit >= threshold ? exp_of(logit - kept.max) : 0.0f;
    if (weight > 0.0f) {
      cumulative += weight;
      id = v;
    }
  }
  return {id, id < 0 ? NAN : kept.log_prob(static_cast<float>(row[id]))};
}

}  // namespace rft4j
