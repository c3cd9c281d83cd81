//! monolith
