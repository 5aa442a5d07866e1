/// The version of Lockstep, printed by `--version` and stored in checkpoints.
package let lockstepVersion = "0.1.0"
