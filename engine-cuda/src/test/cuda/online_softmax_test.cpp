// Tests the row arithmetic on the host against plain double-precision loops. Needs a C++ compiler and nothing else:
//   engine-cuda/src/main/cuda/build.sh test
#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "row_reference.h"

namespace {

constexpr double kTolerance = 2e-6;  // fp32 sums in chunks of 256, values of order 1 to 10
constexpr float kInf = INFINITY;

int failures = 0;

void expect(bool holds, const std::string& what) {
  if (!holds) {
    ++failures;
    std::printf("FAILED  %s\n", what.c_str());
  }
}

void expect_close(double actual, double expected, const std::string& what, double tolerance = kTolerance) {
  const double error = std::abs(actual - expected);
  expect(error <= tolerance * std::max(1.0, std::abs(expected)),
         what + ": was " + std::to_string(actual) + ", expected " + std::to_string(expected));
}

struct Expected {
  double logp;
  double entropy;
  double lse;
};

struct Problem {
  std::vector<float> logits;
  int64_t id;
  double inv_temperature = 1.0;
  double softcap = 0.0;

  double z(double logit) const {
    return (softcap > 0 ? softcap * std::tanh(logit / softcap) : logit) * inv_temperature;
  }

  // The definition, in three passes.
  Expected solve() const {
    double max = -INFINITY, sum = 0, mean = 0;
    for (float x : logits) max = std::max(max, z(x));
    for (float x : logits) sum += std::exp(z(x) - max);
    for (float x : logits) {
      const double p = std::exp(z(x) - max) / sum;
      mean += p > 0 ? p * (z(x) - max) : 0;
    }
    return {z(logits[id]) - max - std::log(sum), std::log(sum) - mean, max + std::log(sum)};
  }
};

rft4j::RowResult forward(const Problem& p) {
  const auto scale = static_cast<float>(p.inv_temperature);
  const auto cap = static_cast<float>(p.softcap);
  const auto vocab = static_cast<int64_t>(p.logits.size());
  return cap > 0 ? rft4j::forward_row(p.logits.data(), vocab, p.id, rft4j::make_shaping<true>(scale, cap))
                 : rft4j::forward_row(p.logits.data(), vocab, p.id, rft4j::make_shaping<false>(scale, cap));
}

std::vector<float> backward(const Problem& p, float grad_logp, float grad_entropy) {
  const rft4j::RowResult r = forward(p);
  const rft4j::RowGradient gradient{r.lse, r.entropy, grad_logp, grad_entropy};
  const auto scale = static_cast<float>(p.inv_temperature);
  const auto cap = static_cast<float>(p.softcap);
  std::vector<float> row = p.logits;
  const auto vocab = static_cast<int64_t>(row.size());
  if (cap > 0) {
    rft4j::backward_row(row.data(), vocab, p.id, rft4j::make_shaping<true>(scale, cap), gradient);
  } else {
    rft4j::backward_row(row.data(), vocab, p.id, rft4j::make_shaping<false>(scale, cap), gradient);
  }
  return row;
}

std::vector<float> random_row(std::mt19937& random, int64_t vocab, float spread) {
  std::normal_distribution<float> normal(0.0f, spread);
  std::vector<float> row(vocab);
  for (float& x : row) x = normal(random);
  return row;
}

void check(const Problem& p, const std::string& name, double tolerance = kTolerance) {
  const Expected expected = p.solve();
  const rft4j::RowResult actual = forward(p);
  expect_close(actual.logp, expected.logp, name + " logp", tolerance);
  expect_close(actual.entropy, expected.entropy, name + " entropy", tolerance);
  expect_close(actual.lse, expected.lse, name + " lse", tolerance);
}

void test_forward() {
  std::mt19937 random(7);
  for (int64_t vocab : {1, 2, 15, 16, 17, 255, 256, 257, 1000, 32000}) {
    for (double inv_temperature : {1.0, 0.5, 1.7}) {
      for (double softcap : {0.0, 5.0}) {
        const Problem p{random_row(random, vocab, 4.0f), vocab / 2, inv_temperature, softcap};
        check(p, "V=" + std::to_string(vocab) + " 1/T=" + std::to_string(inv_temperature) +
                     " cap=" + std::to_string(softcap));
      }
    }
  }
}

void test_extremes() {
  check({{0, 0, 0, 0}, 1}, "uniform");
  check({{-kInf, 1, -kInf, 2}, 3}, "some -inf");
  check({{-kInf, -kInf, 3}, 2}, "one token left");
  check({{3e38f, -3e38f, 3e38f}, 0}, "near the largest float");
  check({{1e6f, 1e6f - 1, 1e6f - 2}, 1}, "huge logits keep logp and entropy exact");
  check({{-1e9f, -1e9f + 64, -1e9f}, 0}, "very negative logits");
  std::vector<float> rising(600);
  for (size_t v = 0; v < rising.size(); ++v) rising[v] = static_cast<float>(v);
  check({rising, 599}, "maximum rises at every step");
  std::vector<float> masked(600, -kInf);
  masked[599] = 2;
  check({masked, 599}, "chunks of -inf before the only token");

  const rft4j::RowResult none = forward({{-kInf, -kInf}, 0});
  expect(std::isnan(none.logp) && std::isnan(none.entropy), "a row of -inf gives NaN");
  const rft4j::RowResult impossible = forward({{-kInf, 1}, 0});
  expect(impossible.logp == -kInf && impossible.entropy == 0, "an impossible token has logp -inf");
  for (size_t position : {size_t{0}, size_t{3}, size_t{20}, size_t{599}}) {
    std::vector<float> poisoned = rising;
    poisoned[position] = NAN;
    const rft4j::RowResult r = forward({poisoned, 1});
    expect(std::isnan(r.logp) && std::isnan(r.entropy), "NaN at " + std::to_string(position) + " is not lost");
    poisoned[position] = kInf;
    expect(std::isnan(forward({poisoned, 1}).entropy), "+inf at " + std::to_string(position) + " gives NaN");
  }
}

// Central differences of the double-precision definition.
void test_backward() {
  constexpr double kStep = 1e-5, kGradientTolerance = 5e-6;
  std::mt19937 random(11);
  for (double softcap : {0.0, 3.0}) {
    for (const auto& [g, h] : {std::pair{1.0f, 0.0f}, {0.0f, 1.0f}, {-0.7f, 0.3f}}) {
      Problem p{random_row(random, 37, 2.0f), 5, 1.3, softcap};
      const std::vector<float> actual = backward(p, g, h);
      for (size_t v = 0; v < p.logits.size(); ++v) {
        Problem up = p, down = p;
        const float x = p.logits[v];
        up.logits[v] = static_cast<float>(x + kStep * 64);
        down.logits[v] = static_cast<float>(x - kStep * 64);
        const double width = static_cast<double>(up.logits[v]) - down.logits[v];
        const Expected a = up.solve(), b = down.solve();
        const double expected = (g * (a.logp - b.logp) + h * (a.entropy - b.entropy)) / width;
        expect_close(actual[v], expected, "gradient at " + std::to_string(v) + " cap=" + std::to_string(softcap),
                     kGradientTolerance);
      }
    }
  }
  const std::vector<float> masked = backward({{-kInf, 1, 2}, 1}, 1, 1);
  expect(masked[0] == 0 && std::isfinite(masked[1]), "-inf logits get gradient 0");
  const std::vector<float> rest = backward({{0.5f, -1, 2, 4}, 2}, 0.8f, -0.4f);
  expect_close(rest[0] + rest[1] + rest[2] + rest[3], 0, "a row's gradient sums to 0");
}

void test_merge_is_split_invariant() {
  std::mt19937 random(3);
  const std::vector<float> row = random_row(random, 64, 30.0f);
  rft4j::OnlineSoftmax whole = rft4j::OnlineSoftmax::empty(), left = whole, right = whole;
  for (size_t v = 0; v < row.size(); ++v) {
    const float one[1] = {row[v]};
    whole.add(one);
    (v < 20 ? left : right).add(one);
  }
  left.merge(right);
  left.merge(rft4j::OnlineSoftmax::empty());
  rft4j::OnlineSoftmax from_empty = rft4j::OnlineSoftmax::empty();
  from_empty.merge(left);
  expect_close(from_empty.lse(), whole.lse(), "merged lse");
  expect_close(from_empty.entropy(), whole.entropy(), "merged entropy");
}

void test_sampling() {
  const std::vector<float> row = {std::log(0.1f), std::log(0.2f), std::log(0.3f), std::log(0.4f)};
  const auto draw = [&](float threshold, float uniform) {
    return rft4j::sample_row(row.data(), static_cast<int64_t>(row.size()), threshold, uniform);
  };
  expect(draw(-kInf, 0.0f).id == 0 && draw(-kInf, 0.09f).id == 0, "first token");
  expect(draw(-kInf, 0.11f).id == 1 && draw(-kInf, 0.31f).id == 2 && draw(-kInf, 0.61f).id == 3, "later tokens");
  expect(draw(-kInf, 0.99999994f).id == 3 && draw(-kInf, 1.0f).id == 3, "the last token closes the interval");
  expect(draw(row[2], 0.0f).id == 2 && draw(row[2], 0.5f).id == 3, "tokens under the threshold are never drawn");
  expect_close(draw(row[2], 0.0f).logp, std::log(3.0 / 7.0), "logp is renormalised over the kept tokens");
  expect_close(draw(-kInf, 0.2f).logp, std::log(0.2), "logp of a token");
  const rft4j::RowSample none = draw(kInf, 0.5f);
  expect(none.id == -1 && std::isnan(none.logp), "a row that keeps nothing gives -1 and NaN");
}

}  // namespace

int main() {
  test_forward();
  test_extremes();
  test_backward();
  test_merge_is_split_invariant();
  test_sampling();
  std::printf("%s\n", failures == 0 ? "all host tests passed" : (std::to_string(failures) + " FAILED").c_str());
  return failures == 0 ? 0 : 1;
}
