use clap::Parser;
use colored::Colorize;
use itertools::Itertools;
use num::ToPrimitive;
use parking_lot::Mutex;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use unicode_segmentation::UnicodeSegmentation;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Point {
    x: i32,
    y: i32,
}

#[derive(thiserror::Error, Debug)]
#[error("it broke: {0}")]
struct Broken(String);

lazy_static::lazy_static! {
    static ref ANSWER: i32 = 42;
}

#[derive(clap::Parser)]
struct Arguments {
    #[arg(long)]
    count: u8,
}

#[derive(strum::Display)]
enum Color {
    Red,
}

#[async_trait::async_trait]
trait Answers {
    async fn answer(&self) -> i32;
}

#[async_trait::async_trait]
impl Answers for Point {
    async fn answer(&self) -> i32 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        self.x + self.y
    }
}

fn number(text: &str) -> nom::IResult<&str, &str> {
    nom::character::complete::digit1(text)
}

static ONCE: once_cell::sync::Lazy<i32> = once_cell::sync::Lazy::new(|| 42);

fn main() -> anyhow::Result<()> {
    let point = Point { x: 1, y: 2 };
    assert_eq!(serde_json::from_str::<Point>(&serde_json::to_string(&point)?)?, point);
    assert_eq!(serde_yaml::from_str::<Point>("x: 1\ny: 2")?, point);
    assert_eq!(toml::from_str::<Point>("x = 1\ny = 2")?, point);
    assert!(regex::Regex::new("^[0-9]+$")?.is_match("12"));
    assert!(rand::random::<u64>() != rand::random::<u64>());
    assert_eq!(chrono::NaiveDate::from_ymd_opt(2024, 2, 28).unwrap().succ_opt().unwrap().to_string(), "2024-02-29");
    assert_eq!(csv::Reader::from_reader("a,b\n1,2".as_bytes()).records().count(), 1);
    assert_eq!([3, 1, 2].iter().sorted().join(","), "1,2,3");
    assert_eq!(num_bigint::BigUint::from(2u32).pow(64).to_string(), "18446744073709551616");
    assert_eq!(num::BigInt::from(7).to_i32(), Some(7));
    assert_eq!((1..=10).into_par_iter().sum::<i32>(), 55);
    assert_eq!(hex::encode(Sha256::digest("a"))[..8], *"ca978112");
    assert_eq!(format!("{:x}", md5::compute("a"))[..8], *"0cc175b9");
    assert_eq!(base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "text"), "dGV4dA==");
    assert_eq!(uuid::Uuid::new_v4().to_string().len(), 36);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(b"text")?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed.finish()?[..]).read_to_string(&mut text)?;
    assert_eq!(text, "text");
    assert_eq!(url::Url::parse("http://example.org/x")?.host_str(), Some("example.org"));
    assert_eq!("grüße".graphemes(true).count(), 5);
    assert_eq!(strsim::levenshtein("kitten", "sitting"), 3);
    assert_eq!(*Mutex::new(1).lock() + *ANSWER + *ONCE, 85);
    assert_eq!(Broken("x".into()).to_string(), "it broke: x");
    assert_eq!(indexmap::IndexMap::from([("a", 1)])["a"], 1);
    assert_eq!(smallvec::SmallVec::<[i32; 2]>::from_vec(vec![1]).len(), 1);
    assert_eq!(bytes::Bytes::from("abc").len(), 3);
    assert!(ordered_float::OrderedFloat(1.0) < ordered_float::OrderedFloat(2.0));
    assert_eq!(petgraph::Graph::<(), ()>::new().node_count(), 0);
    assert_eq!(crossbeam::channel::unbounded::<i32>().1.len(), 0);
    assert!(fastrand::u32(..10) < 10);
    assert!(matches!(quick_xml::Reader::from_str("<a/>").read_event()?, quick_xml::events::Event::Empty(_)));
    let point = Point { x: 1, y: 2 };
    assert_eq!(tokio::runtime::Runtime::new()?.block_on(async { tokio::join!(point.answer(), async { 4 }) }), (3, 4));
    assert_eq!(futures::executor::block_on(futures::future::join(async { 1 }, async { 2 })), (1, 2));
    assert_eq!(Arguments::try_parse_from(["x", "--count", "3"])?.count, 3);
    assert_eq!((Color::Red.to_string(), "a".red().clear().to_string()), ("Red".into(), "a".into()));
    assert_eq!(number("12ab").unwrap(), ("ab", "12"));
    assert_eq!(hex::encode(sha1::Sha1::digest("a"))[..8], *"86f7e437");
    assert_eq!(nalgebra::Matrix2::<f64>::identity().determinant(), 1.0);
    assert_eq!(qrcode::QrCode::new("hello")?.width(), 21);
    assert_eq!(time::macros::date!(2024 - 02 - 28).next_day().unwrap().to_string(), "2024-02-29");
    assert_eq!(semver::Version::parse("1.2.3")?.minor, 2);
    assert_eq!(*dashmap::DashMap::<_, _>::from_iter([("a", 1)]).get("a").unwrap(), 1);
    assert_eq!(maplit::hashmap! {"a" => 1_usize}["a"] + arrayvec::ArrayVec::<i32, 2>::from_iter([1]).len(), 2);
    assert_eq!(<byteorder::BigEndian as byteorder::ByteOrder>::read_u16(&[1, 2]), 258);
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("a.txt"), "a")?;
    assert_eq!(walkdir::WalkDir::new(folder.path()).into_iter().count(), 2);
    assert_eq!(glob::glob(&format!("{}/*.txt", folder.path().display()))?.count(), 1);
    assert_eq!(fnv::FnvHashMap::from_iter([(1, 2)])[&1], 2);
    assert!(matches!(either::Either::<i32, &str>::Left(1), either::Either::Left(1)));
    assert!(num_traits::Float::abs(-1.0) == 1.0 && log::max_level() == log::LevelFilter::Off);
    println!("ok");
    Ok(())
}
