// Node-API for the heavy steps of the smoothed method. Arguments were checked in src/compute/smoothing.ts.
#include <napi.h>

#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "core/smoothing/mean_shift.h"
#include "core/smoothing/principal.h"

namespace {

/** Row-major float32 rows that live in a JavaScript Float32Array, kept alive while work is on. */
struct Rows {
  explicit Rows(const Napi::CallbackInfo& info)
      : held(Napi::Persistent(info[0].As<Napi::Object>())),
        data(info[0].As<Napi::Float32Array>().Data()),
        count(info[1].As<Napi::Number>().Int64Value()),
        dims(info[2].As<Napi::Number>().Int64Value()) {}
  Napi::ObjectReference held;
  const float* data;
  size_t count, dims;
};

/** Runs `work` on a thread of libuv's and settles a promise with what `pack` makes of its result. */
template <typename Result>
class Task : public Napi::AsyncWorker {
 public:
  using Work = std::function<Result(const Rows&, wikitag::Pool&)>;
  using Pack = std::function<Napi::Value(Napi::Env, const Result&)>;

  Task(const Napi::CallbackInfo& info, size_t threads, Work work, Pack pack)
      : Napi::AsyncWorker(info.Env()),
        deferred_(Napi::Promise::Deferred::New(info.Env())),
        rows_(info),
        threads_(threads),
        work_(std::move(work)),
        pack_(std::move(pack)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      wikitag::Pool pool(threads_);
      result_.emplace(work_(rows_, pool));
    } catch (const std::bad_alloc&) {
      SetError("out of memory while smoothing");
    } catch (const std::exception& error) {
      SetError(error.what());
    }
  }
  void OnOK() override { deferred_.Resolve(pack_(Env(), *result_)); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  Rows rows_;
  size_t threads_;
  Work work_;
  Pack pack_;
  std::optional<Result> result_;
};

template <typename Result>
Napi::Value start(const Napi::CallbackInfo& info, size_t threads_at, typename Task<Result>::Work work,
                  typename Task<Result>::Pack pack) {
  const size_t threads = info[threads_at].As<Napi::Number>().Int64Value();
  auto* task = new Task<Result>(info, threads, std::move(work), std::move(pack));  // deletes itself when done
  task->Queue();
  return task->promise();
}

template <typename Array, typename T>
Array copied(Napi::Env env, const std::vector<T>& values) {
  Array array = Array::New(env, values.size());
  if (!values.empty()) std::memcpy(array.Data(), values.data(), values.size() * sizeof(T));
  return array;
}

/** (x, rows, dims, wanted, threads) -> Promise<Float32Array> */
Napi::Value Principal(const Napi::CallbackInfo& info) {
  const size_t wanted = info[3].As<Napi::Number>().Int64Value();
  return start<std::vector<float>>(
      info, 4,
      [wanted](const Rows& x, wikitag::Pool& pool) { return wikitag::principal(x.data, x.count, x.dims, wanted, pool); },
      [](Napi::Env env, const std::vector<float>& rows) { return copied<Napi::Float32Array>(env, rows); });
}

/** (x, rows, dims, k, threads) -> Promise<{rows, k, index, distance}> */
Napi::Value Blur(const Napi::CallbackInfo& info) {
  const size_t k = info[3].As<Napi::Number>().Int64Value();
  return start<wikitag::Blurred>(
      info, 4, [k](const Rows& x, wikitag::Pool& pool) { return wikitag::blur(x.data, x.count, x.dims, k, pool); },
      [](Napi::Env env, const wikitag::Blurred& blurred) {
        Napi::Object out = Napi::Object::New(env);
        out["rows"] = copied<Napi::Float32Array>(env, blurred.rows);
        out["k"] = Napi::Number::New(env, static_cast<double>(blurred.neighbours.k));
        out["index"] = copied<Napi::Int32Array>(env, blurred.neighbours.index);
        out["distance"] = copied<Napi::Float64Array>(env, blurred.neighbours.distance);
        return out;
      });
}

}  // namespace

void RegisterSmoothing(Napi::Env env, Napi::Object exports) {
  exports["smoothingPrincipal"] = Napi::Function::New(env, Principal);
  exports["smoothingBlur"] = Napi::Function::New(env, Blur);
}
