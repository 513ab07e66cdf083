// What to install when a tool is missing: word by word, for the systems that people have.
// Used by the builds, each of which knows which tool it missed. Texts only.

export const INSTALL_RUST = `
  Debian, Ubuntu    sudo apt-get install rustup && rustup default stable
  macOS             brew install rustup && rustup default stable
  anywhere          curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
  and then          rustup target add wasm32-unknown-unknown`;

/** For whom `rustup` is not found: a Rust from elsewhere cannot get the target. */
export const WITHOUT_RUSTUP = `
  without rustup, install it first, in place of the Rust that is there
  Debian, Ubuntu    sudo apt-get install rustup && rustup default stable
  macOS             brew install rustup && rustup default stable`;

export const INSTALL_GO = `
  Debian, Ubuntu    sudo apt-get install golang-go    (an older one than needed gets the newer by itself)
  macOS             brew install go
  anywhere          https://go.dev/dl/`;

export const INSTALL_ASSEMBLYSCRIPT = `
  in the project    npm install --save-dev assemblyscript@0.28.20`;
