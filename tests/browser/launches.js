// How many launches one network evaluation takes: those of six intervals of Euler's method less those of two, shared among
// the four in between. A worker of our own counts them before it becomes the engine of the page.
(async () => {
  const catalogue = await (await fetch("models/index.json")).json();
  const program = new URL(catalogue.engines.gpu.replace("_loader.js", ".js"), location).href;
  const counting = `
    let launches = 0;
    const pass = GPUComputePassEncoder.prototype;
    const dispatch = pass.dispatchWorkgroups;
    pass.dispatchWorkgroups = function (...words) { launches++; return dispatch.apply(this, words); };
    addEventListener("message", ({ data }) => data == "launches" && postMessage({ launches }));
    const { default: start } = await import(${JSON.stringify(program)});
    await start();`;
  const worker = new Worker(URL.createObjectURL(new Blob([counting], { type: "text/javascript" })), { type: "module" });
  const hear = (wanted) => new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => {
      if (data == wanted || data[wanted] !== undefined) resolve(data[wanted]);
      else if (data.NoDevice) reject(new Error(data.NoDevice.reason));
    };
  });
  await hear("Awake");
  const { file } = catalogue.models.find(({ name }) => name == "fashion-mnist");
  worker.postMessage({ Load: { id: 1, weights: { address: new URL(file, location).href } } });
  await hear("Loaded");
  const launches = async (id, intervals) => {
    const task = { Generate: { classes: [3], seed: 7, first: 0 } };
    worker.postMessage({ Run: { id, task, solver: "euler", intervals, spacing: "uniform", guidance: 1 } });
    await hear("Done");
    const answer = hear("launches");
    worker.postMessage("launches");
    return answer;
  };
  const before = await launches(2, 1);
  const two = (await launches(3, 2)) - before;
  const six = (await launches(4, 6)) - before - two;
  return (six - two) / 4;
})()
