/// The version of Lockstep, as printed and as kept in checkpoints.
package let lockstepVersion = "0.1.0"
