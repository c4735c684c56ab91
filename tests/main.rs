//! The promises of ScoreFlow. The list of modules is the list of what is promised.

mod support;

/// Every solver reaches its order, and spends what it says.
mod convergence;
/// Encoding and decoding return; translation is the map that theory says it is.
mod reversibility;
/// Solvers, likelihood and translation agree with formulas and other programs on Gaussian mixtures.
mod analytic;
/// Guidance, one-step decoding and the loss have the values that theory says they have.
mod closed_forms;
/// Every Gaussian path has the trajectories of the straight one, and its loss is a weight.
mod paths;
/// Conditioning a diffusion on its end is what docs/mathematics.md says.
mod doob;
/// The network and its gradients agree with an independent implementation.
mod golden;
/// The likelihood of images under a field of tensors is that of a formula, and its divergence that of the Jacobian.
mod likelihood;
/// The kernels do what the tensor library does, at any number of threads.
mod kernels;
/// The CPU and a graphics processor agree.
mod backends;
/// The laboratory moves points on a graphics processor as on the CPU.
mod particles;
/// Training learns what can be learned, and a stopped run goes on as if it had never stopped.
mod training;
/// Reflow, direct flow and shortcuts lead where they should.
mod couplings;
/// The document of the configuration is what the program reads.
mod configuration;
/// Any folder of images can be learned from, and nothing of it is left out or told in silence.
mod folders;
/// Every measurement holds what it should, where the answer is known.
mod evaluation;
/// Studies go on where they were, on one machine or on several.
mod studies;
/// Networks that others have trained see what they see in PyTorch.
mod pretrained;
/// Damaged and impossible input gives the right error.
mod refusals;
/// Damaged input of every kind gives an error or an answer, never a panic.
mod mutations;
/// Every released model loads, and is what its card says.
mod released;
/// The command line keeps its word.
mod command_line;
/// Dependencies point in the directions of ARCHITECTURE.md.
mod architecture;
/// What the program wrote, said and understood before goes on working.
mod old_files;
/// Words, packages and licences are those that are agreed on.
mod words;
mod packages;
