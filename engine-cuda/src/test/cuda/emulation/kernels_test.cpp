// Runs the CUDA kernels on host threads and compares them with the host's row arithmetic:
//   engine-cuda/src/main/cuda/build.sh emulate
#include <cstdio>
#include <random>
#include <string>

#include "../../../main/cuda/sample_inverse_cdf.cu"
#include "../../../main/cuda/selective_log_softmax.cu"
#include "row_reference.h"

namespace {

using rft4j::ElementType;

constexpr float kTolerance = 4e-6f;  // the same fp32 sums in another order
constexpr float kInverseTemperature = 0.8f;
int failures = 0;
std::mt19937 random_bits(5);

void expect(bool holds, const std::string& what) {
  if (!holds) {
    ++failures;
    std::printf("FAILED  %s\n", what.c_str());
  }
}

bool close(float actual, float expected) {
  return actual == expected || (std::isnan(actual) && std::isnan(expected)) ||
         std::fabs(actual - expected) <= kTolerance * std::max(1.0f, std::fabs(expected));
}

std::vector<float> normal(int64_t count, float spread) {
  std::normal_distribution<float> distribution(0.0f, spread);
  std::vector<float> values(count);
  for (float& value : values) value = distribution(random_bits);
  return values;
}

template <typename Element>
constexpr ElementType type_of() {
  return std::is_same_v<Element, float>           ? ElementType::kFloat32
         : std::is_same_v<Element, __nv_bfloat16> ? ElementType::kBFloat16
                                                  : ElementType::kFloat16;
}

// Rows inside a larger buffer: they start `offset` elements after a 16-byte boundary and lie `stride` elements apart.
template <typename Element>
struct Rows {
  int32_t rows;
  int32_t vocab;
  int64_t stride;
  int64_t start;
  std::vector<Element> buffer;

  Rows(int32_t rows, int32_t vocab, int64_t stride, int64_t offset) : rows(rows), vocab(vocab), stride(stride) {
    const std::vector<float> values = normal(rows * stride + offset + 16, 3.0f);
    buffer.resize(values.size());
    for (size_t i = 0; i < values.size(); ++i) rft4j::from_float(values[i], &buffer[i]);
    const auto address = reinterpret_cast<uintptr_t>(buffer.data());
    start = static_cast<int64_t>((16 - address % 16) % 16 / sizeof(Element)) + offset;
  }

  Element* row(int32_t r) { return buffer.data() + start + r * stride; }
  rft4j::LogitRows view() { return {row(0), type_of<Element>(), rows, vocab, stride}; }

  std::vector<float> values(int32_t r) {
    std::vector<float> result(vocab);
    for (int32_t v = 0; v < vocab; ++v) result[v] = rft4j::to_float(row(r)[v]);
    return result;
  }

  // Everything but the rows themselves, to see that nothing else is written.
  std::vector<Element> surroundings() {
    std::vector<Element> copy = buffer;
    for (int32_t r = 0; r < rows; ++r) {
      std::fill_n(copy.begin() + start + r * stride, vocab, Element{});
    }
    return copy;
  }
};

template <typename Element>
bool same_bits(const std::vector<Element>& a, const std::vector<Element>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(Element)) == 0;
}

template <bool kCapped, typename Element>
void check_softmax(int32_t vocab, int64_t padding, int64_t offset) {
  constexpr int32_t kRows = 3;
  constexpr float kSoftcap = kCapped ? 6.0f : 0.0f;
  const std::string name = "type " + std::to_string(static_cast<int>(type_of<Element>())) + " V=" +
                           std::to_string(vocab) + " padding " + std::to_string(padding) + " offset " +
                           std::to_string(offset);
  Rows<Element> logits(kRows, vocab, vocab + padding, offset);
  rft4j::from_float(-INFINITY, &logits.row(1)[vocab / 2]);  // with V = 1 a row without any token: NaN on both sides
  std::vector<int64_t> ids = {vocab - 1, static_cast<int64_t>(random_bits() % vocab), -100};
  std::vector<float> logp(kRows, 77), entropy(kRows, 77), lse(kRows, 77);
  const std::vector<float> grad_logp = normal(kRows, 1), grad_entropy = normal(kRows, 1);
  const std::vector<Element> before = logits.buffer, outside = logits.surroundings();
  std::vector<std::vector<float>> rows;
  for (int32_t r = 0; r < kRows; ++r) rows.push_back(logits.values(r));

  launch_forward(logits.view(), {ids.data(), kInverseTemperature, kSoftcap, logp.data(), entropy.data(), lse.data()}, {});
  expect(same_bits(logits.buffer, before), name + ": the forward only reads");
  launch_backward(logits.view(), {ids.data(), lse.data(), entropy.data(), grad_logp.data(), grad_entropy.data(),
                                  kInverseTemperature, kSoftcap}, {});
  expect(same_bits(logits.surroundings(), outside), name + ": the backward writes nothing outside the rows");

  const auto shaping = rft4j::make_shaping<kCapped>(kInverseTemperature, kSoftcap);
  for (int32_t r = 0; r < 2; ++r) {
    const rft4j::RowResult expected = rft4j::forward_row(rows[r].data(), vocab, ids[r], shaping);
    expect(close(logp[r], expected.logp), name + ": logp");
    expect(close(entropy[r], expected.entropy), name + ": entropy");
    expect(close(lse[r], expected.lse), name + ": lse");
    rft4j::backward_row(rows[r].data(), vocab, ids[r], shaping,
                        rft4j::RowGradient{lse[r], entropy[r], grad_logp[r], grad_entropy[r]});
    const std::vector<float> gradient = logits.values(r);
    int wrong = 0;
    for (int32_t v = 0; v < vocab; ++v) {
      Element rounded;
      rft4j::from_float(rows[r][v], &rounded);
      const float expected_value = rft4j::to_float(rounded);  // the same operations in the same order: no tolerance
      wrong += !(gradient[v] == expected_value || (std::isnan(gradient[v]) && std::isnan(expected_value)));
    }
    expect(wrong == 0, name + ": " + std::to_string(wrong) + " gradients");
  }
  expect(std::isnan(logp[2]) && std::isnan(entropy[2]) && std::isnan(lse[2]), name + ": an unknown id gives NaN");
  expect(std::isnan(logits.values(2)[vocab - 1]), name + ": an unknown id gives NaN gradients");
}

template <typename Element>
void check_sampling(int32_t vocab, float threshold) {
  constexpr int32_t kRows = 5;
  Rows<Element> logits(kRows, vocab, vocab, 0);
  const std::vector<float> uniforms = {0.0f, 0.999f, 0.5f, 0.25f, 0.7f};
  std::vector<float> thresholds(kRows, threshold);
  thresholds[3] = INFINITY;
  std::vector<int64_t> ids(kRows, 77);
  std::vector<float> logp(kRows, 77);
  launch_sample(logits.view(), {thresholds.data(), uniforms.data(), ids.data(), logp.data()}, {});
  for (int32_t r = 0; r < kRows; ++r) {
    const std::vector<float> row = logits.values(r);
    const rft4j::RowSample expected = rft4j::sample_row(row.data(), vocab, thresholds[r], uniforms[r]);
    const std::string name = "sample V=" + std::to_string(vocab) + " u=" + std::to_string(uniforms[r]);
    expect(ids[r] == expected.id, name + ": id " + std::to_string(ids[r]) + ", expected " + std::to_string(expected.id));
    expect(close(logp[r], expected.logp), name + ": logp");
  }
}

template <typename Element>
void check(int32_t vocab) {
  for (const auto& [padding, offset] : {std::pair{0, 0}, {3, 1}, {8, 5}}) {
    check_softmax<false, Element>(vocab, padding, offset);
  }
  check_softmax<true, Element>(vocab, 1, 2);
}

}  // namespace

int main() {
  for (int32_t vocab : {1, 7, 33, 1000, 4111}) {
    check<float>(vocab);
    check<__nv_bfloat16>(vocab);
    check<__half>(vocab);
  }
  check_sampling<float>(33, -INFINITY);
  check_sampling<float>(4111, -INFINITY);
  check_sampling<__nv_bfloat16>(4111, 0.5f);
  std::printf("%s\n", failures == 0 ? "all emulated kernels agree" : (std::to_string(failures) + " FAILED").c_str());
  return failures == 0 ? 0 : 1;
}
