#import <Foundation/Foundation.h>

int main(void) {
    @autoreleasepool {
        NSString *folder = [[[NSProcessInfo processInfo] environment] objectForKey:@"ARTIFACTS_DIR"];
        [@"made" writeToFile:[folder stringByAppendingPathComponent:@"result.txt"]
                  atomically:YES
                    encoding:NSUTF8StringEncoding
                       error:NULL];
        printf("ok\n");
    }
    return 0;
}
