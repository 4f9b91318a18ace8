// One thread block per row; the forward reads each logit once, the backward reads and writes each logit once.
#include "launch.h"
#include "row_visit.cuh"

namespace rft4j {
namespace {

constexpr int kMostThreads = 1024;

template <typename Element, bool kCapped>
__global__ void __launch_bounds__(kMostThreads)
    forward_kernel(const Element* logits, int64_t row_stride, int32_t vocab, ForwardArguments arguments) {
  const int64_t row_index = blockIdx.x;
  const Element* row = logits + row_index * row_stride;
  const auto shaping = make_shaping<kCapped>(arguments.inv_temperature, arguments.softcap);
  OnlineSoftmax state = OnlineSoftmax::empty();
  visit_row(row, vocab, [&](auto& values, int32_t) {
    for (float& value : values) {
      value = shaping(value).z;
    }
    state.add(values);
  });
  state = merge_block(state);
  if (threadIdx.x == 0) {
    const int64_t id = arguments.ids[row_index];
    const bool known = id >= 0 && id < vocab;  // anything else would read outside the row: the row becomes NaN instead
    arguments.logp[row_index] = known ? state.log_prob(shaping(to_float(row[id])).z) : NAN;
    arguments.entropy[row_index] = known ? state.entropy() : NAN;
    arguments.lse[row_index] = known ? state.lse() : NAN;
  }
}

template <typename Element, bool kCapped>
__global__ void __launch_bounds__(kMostThreads)
    backward_kernel(Element* logits, int64_t row_stride, int32_t vocab, BackwardArguments arguments) {
  const int64_t row_index = blockIdx.x;
  const int64_t id = arguments.ids[row_index];
  const bool known = id >= 0 && id < vocab;
  const auto shaping = make_shaping<kCapped>(arguments.inv_temperature, arguments.softcap);
  const RowGradient gradient{known ? arguments.lse[row_index] : NAN, arguments.entropy[row_index],
                             arguments.grad_logp[row_index], arguments.grad_entropy[row_index]};
  const auto selected = static_cast<int32_t>(known ? id : -1);
  visit_row(logits + row_index * row_stride, vocab, [&](auto& values, int32_t first) {
    int32_t index = first;
    for (float& value : values) {
      const Shaped at = shaping(value);
      const float chosen = index == selected ? gradient.grad_logp : 0.0f;
      value = at.slope * (chosen + gradient.unselected(at.z));
      ++index;
    }
  });
}

template <typename Element, bool kCapped>
void enqueue(const LogitRows& logits, const ForwardArguments& arguments, cudaStream_t stream) {
  start(forward_kernel<Element, kCapped>, logits.rows, block_size(logits.rows, logits.vocab), stream,
        static_cast<const Element*>(logits.data), logits.row_stride, logits.vocab, arguments);
}

template <typename Element, bool kCapped>
void enqueue(const LogitRows& logits, const BackwardArguments& arguments, cudaStream_t stream) {
  start(backward_kernel<Element, kCapped>, logits.rows, block_size(logits.rows, logits.vocab), stream,
        static_cast<Element*>(logits.data), logits.row_stride, logits.vocab, arguments);
}

template <typename Arguments>
cudaError_t launch(const LogitRows& logits, const Arguments& arguments, const Where& where) {
  return launch_typed(logits, where, [&](auto element) {
    if (arguments.softcap > 0.0f) {
      enqueue<decltype(element), true>(logits, arguments, where.stream);
    } else {
      enqueue<decltype(element), false>(logits, arguments, where.stream);
    }
  });
}

}  // namespace

cudaError_t launch_forward(const LogitRows& logits, const ForwardArguments& arguments, const Where& where) {
  return launch(logits, arguments, where);
}

cudaError_t launch_backward(const LogitRows& logits, const BackwardArguments& arguments, const Where& where) {
  return launch(logits, arguments, where);
}

}  // namespace rft4j
