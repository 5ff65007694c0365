//! When connections or subscriptions are full, the client with the most loses its newest one to a client with fewer.
//! Each client has its own loopback address, which Linux allows without configuration.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use lionrock::server::{ServeOptions, documents::Documents};
use reqwest::{Client, Response, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpSocket,
    time::timeout,
};

use super::{TestServer, graphql_url, start_with};

const TEST_TIMEOUT: Duration = Duration::from_secs(20);
const GREEDY: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 2, 0, 1));
const MODEST: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 2, 0, 2));

fn client(address: IpAddr) -> Client {
    Client::builder().local_address(address).build().unwrap()
}

async fn subscribe(server: &TestServer, client: &Client) -> Response {
    let url = graphql_url(server, &[("query", "subscription { datasetRefreshed { id } }")]);
    client.get(url).header("accept", "text/event-stream").send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_fewer_subscriptions_gets_one() {
    let options = ServeOptions { max_subscriptions: 4, ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    let (greedy, modest) = (client(GREEDY), client(MODEST));
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(subscribe(&server, &greedy).await);
        assert_eq!(streams.last().unwrap().status(), StatusCode::OK);
    }
    assert_eq!(subscribe(&server, &greedy).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    let mut kept = Vec::new();
    for _ in 0..2 {
        let newest = streams.pop().unwrap().text();
        let (response, ended) = tokio::join!(subscribe(&server, &modest), timeout(TEST_TIMEOUT, newest));
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(ended.expect("the newest stream ends").unwrap(), "event: complete\ndata:\n\n");
        kept.push(response);
    }
    assert_eq!(subscribe(&server, &modest).await.status(), StatusCode::SERVICE_UNAVAILABLE, "both have two");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_fewer_connections_gets_one() {
    let options = ServeOptions { max_connections: 3, ..ServeOptions::default() };
    let server = start_with(options, Documents::new([], false)).await;
    let to: SocketAddr = server.base.trim_start_matches("http://").parse().unwrap();
    let mut connections = Vec::new();
    for _ in 0..3 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(GREEDY, 0)).unwrap();
        let mut stream = socket.connect(to).await.unwrap();
        // A request whose body is incomplete, so that the connection is not idle.
        let head =
            "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
        stream.write_all(head.as_bytes()).await.unwrap();
        connections.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let response = timeout(TEST_TIMEOUT, client(MODEST).get(format!("{}/health", server.base)).send()).await;
    assert_eq!(response.expect("the connection is accepted").unwrap().status(), StatusCode::OK);
    let mut rest = Vec::new();
    let newest = connections.pop().unwrap().read_to_end(&mut rest).await;
    assert!(newest.is_err() || rest.is_empty(), "the newest connection is closed without a response");
}
